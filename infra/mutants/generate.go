package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"slices"
	"strings"
)

// The conditions of a changed file go through these functions. A run without a
// mutant tells which ones it came by, each by a file in a folder.
const switches = `package %s

import (
	"os"
	"sync"
)

var (
	mutant_  = os.Getenv("NOTEGATE_MUTANT")
	reached_ = os.Getenv("NOTEGATE_REACHED")
	seen_    sync.Map
)

func is_(mutant string) bool {
	if reached_ != "" {
		if _, seen := seen_.LoadOrStore(mutant, true); !seen {
			_ = os.WriteFile(reached_+"/"+mutant, nil, 0o600)
		}
	}
	return mutant == mutant_
}

func never_(mutant string, holds bool) bool  { return !is_(mutant) && holds }
func always_(mutant string, holds bool) bool { return is_(mutant) || holds }

func bound_(mutant string, holds, other bool) bool {
	if is_(mutant) {
		return other
	}
	return holds
}
`

// A generator makes the mutants of one file.
type generator struct {
	file, short string // path; package and name
	text        []byte
	tokens      *token.FileSet
	begin, end  []edit
	function    string
	uses        map[string]int // how often each name was given
	number      int            // of the last mutant
	mutants     []mutant
}

// An edit replaces a part of the file.
type edit struct {
	from, to int
	text     string
}

// generate returns the file with all its mutants in it.
func generate(file, pkg string, before int) (string, []mutant, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", nil, err
	}
	g := &generator{file: file, short: pkg + "/" + path.Base(file), text: text, tokens: token.NewFileSet(), uses: map[string]int{}, number: before}
	parsed, err := parser.ParseFile(g.tokens, file, text, parser.SkipObjectResolution)
	if err != nil {
		return "", nil, err
	}
	for _, d := range parsed.Decls {
		g.function = "var"
		var results *ast.FieldList
		if f, ok := d.(*ast.FuncDecl); ok {
			g.function, results = f.Name.Name, f.Type.Results
			if f.Recv != nil {
				g.function = last(receiver(f)) + "." + g.function
			}
		}
		g.walk(d, results)
	}
	return g.source(), g.mutants, nil
}

func receiver(f *ast.FuncDecl) ast.Expr {
	t := f.Recv.List[0].Type
	if pointer, ok := t.(*ast.StarExpr); ok {
		t = pointer.X
	}
	if generic, ok := t.(*ast.IndexExpr); ok {
		t = generic.X
	}
	return t
}

func (g *generator) walk(n ast.Node, results *ast.FieldList) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			g.walk(n.Body, n.Type.Results)
			return false
		case *ast.IfStmt:
			g.ifStmt(n, results)
		case *ast.SwitchStmt:
			g.switchStmt(n, results)
		case *ast.ReturnStmt:
			g.returnStmt(n, results)
		}
		return true
	})
}

func (g *generator) ifStmt(s *ast.IfStmt, results *ast.FieldList) {
	what := decides(s.Body.List, results)
	if block, ok := s.Else.(*ast.BlockStmt); ok && what == neither && decides(block.List, results) == refuses {
		what = accepts
	}
	before := ""
	if s.Init != nil {
		before = g.quote(s.Init) + "; "
	}
	g.condition(s.Cond, what, before)
}

// switchStmt takes the tag into the cases, so that each is a condition.
func (g *generator) switchStmt(s *ast.SwitchStmt, results *ast.FieldList) {
	tag, prefix := "", ""
	if s.Tag != nil {
		tag = "tag_"
		if pure(s.Tag) {
			tag = g.quote(s.Tag)
		} else if s.Init != nil {
			return // its tag can be neither repeated nor kept in a variable
		}
		prefix = g.quote(s.Tag) + " == "
	}
	otherwise := neither
	for _, c := range s.Body.List {
		if c := c.(*ast.CaseClause); c.List == nil {
			otherwise = decides(c.Body, results)
		}
	}
	begin, end, made := len(g.begin), len(g.end), len(g.mutants)
	for _, c := range s.Body.List {
		c := c.(*ast.CaseClause)
		what := decides(c.Body, results)
		if what == neither && otherwise == refuses {
			what = accepts
		}
		for _, e := range c.List {
			g.condition(e, what, prefix)
			if tag != "" {
				g.wrap(e, tag+" == (", ")")
			}
		}
	}
	switch {
	case len(g.mutants) == made:
		g.begin, g.end = g.begin[:begin], g.end[:end]
	case tag == "tag_":
		g.wrap(s.Tag, "tag_ := ", ";")
	case tag != "":
		from, to := g.span(s.Tag)
		g.begin = append(g.begin, edit{from, to, ""})
	}
}

// returnStmt takes the booleans that a function returns.
func (g *generator) returnStmt(s *ast.ReturnStmt, results *ast.FieldList) {
	types := resultTypes(results)
	for i, e := range s.Results {
		if binary, ok := e.(*ast.BinaryExpr); ok && len(types) == len(s.Results) && types[i] == "bool" {
			if binary.Op != token.LAND && binary.Op != token.LOR {
				g.mutate(e, "never", "return ", "")
				g.mutate(e, "always", "return ", "")
			}
			g.operands(e)
		}
	}
}

// condition makes the mutants of one condition, which decides what is said.
func (g *generator) condition(e ast.Expr, what outcome, before string) {
	switch what {
	case refuses:
		g.mutate(e, "never", before, "")
	case accepts:
		g.mutate(e, "always", before, "")
	default:
		return
	}
	g.operands(e)
}

func (g *generator) operands(e ast.Expr) {
	switch e := e.(type) {
	case *ast.ParenExpr:
		g.operands(e.X)
	case *ast.UnaryExpr:
		g.operands(e.X)
	case *ast.BinaryExpr:
		if other, ok := bounds[e.Op]; ok && pure(e) {
			g.mutate(e, "bound", "", fmt.Sprintf(", %s %s %s", g.quote(e.X), other, g.quote(e.Y)))
		}
		how, ok := map[token.Token]string{token.LAND: "always", token.LOR: "never"}[e.Op]
		if !ok {
			return
		}
		for _, operand := range []ast.Expr{e.X, e.Y} {
			if inner, ok := operand.(*ast.BinaryExpr); !ok || inner.Op != e.Op { // of a && b && c, a && b is none
				g.mutate(operand, how, "", "")
			}
			g.operands(operand)
		}
	}
}

var bounds = map[token.Token]token.Token{token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR}

// pure tells whether an expression may be evaluated twice: its calls are of len.
func pure(e ast.Expr) bool {
	pure := true
	ast.Inspect(e, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && last(call.Fun) != "len" {
			pure = false
		}
		return pure
	})
	return pure
}

// mutate puts the switch of one mutant around an expression. The name says what
// stands before it, and the switch takes another argument, if need be.
func (g *generator) mutate(e ast.Expr, how, before, argument string) {
	name := fmt.Sprintf("%s %s %s: %s%s", g.short, g.function, how, before, g.quote(e))
	if g.uses[name]++; g.uses[name] > 1 {
		name += fmt.Sprintf(" (%d)", g.uses[name])
	}
	g.number++
	g.mutants = append(g.mutants, mutant{name: name, number: g.number})
	g.wrap(e, fmt.Sprintf("%s_(%q, ", how, fmt.Sprint(g.number)), argument+")")
}

// wrap puts text around an expression, inside of what stands there already.
func (g *generator) wrap(e ast.Node, before, after string) {
	from, to := g.span(e)
	g.begin = append(g.begin, edit{from, from, before})
	g.end = append(g.end, edit{to, to, after})
}

func (g *generator) span(n ast.Node) (from, to int) {
	return g.tokens.Position(n.Pos()).Offset, g.tokens.Position(n.End()).Offset
}

// quote is a part of the source, on one line.
func (g *generator) quote(n ast.Node) string {
	from, to := g.span(n)
	return strings.Join(strings.Fields(string(g.text[from:to])), " ")
}

func (g *generator) source() string {
	slices.Reverse(g.end) // what begins first ends last
	edits := slices.Concat(g.end, g.begin)
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Compare(a.from, b.from) })
	var out strings.Builder
	done := 0
	for _, e := range edits {
		out.Write(g.text[done:e.from])
		out.WriteString(e.text)
		done = e.to
	}
	out.Write(g.text[done:])
	return out.String()
}
