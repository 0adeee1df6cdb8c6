package main

import (
	"go/ast"
	"go/token"
	"regexp"
)

// An outcome is what a block decides.
type outcome int

const (
	neither outcome = iota
	refuses
	accepts
)

var (
	failing = regexp.MustCompile(`(?i)^(err|refus|reject|fail|deny|denied|unauth|bad|invalid|panic|mustBe)|deny$`)
	errName = regexp.MustCompile(`(?i)^(errs?|failure|refused|wrong|mistakes)$|Err$`)
	badType = regexp.MustCompile(`(?i)(error|fault|failure|refusal)$`)
)

// decides tells what the statements themselves do, not those in blocks of
// theirs, which have conditions of their own.
func decides(list []ast.Stmt, results *ast.FieldList) outcome {
	for i, stmt := range list {
		switch stmt := stmt.(type) {
		case *ast.ReturnStmt:
			if results == nil && i > 0 { // of a handler that has answered already
				return refuses
			}
			return returns(stmt.Results, results)
		case *ast.BranchStmt:
			if stmt.Tok == token.CONTINUE {
				return refuses
			}
		case *ast.ExprStmt:
			if call, ok := stmt.X.(*ast.CallExpr); ok && failing.MatchString(last(call.Fun)) {
				return refuses
			}
		case *ast.AssignStmt:
			for i, to := range stmt.Lhs {
				value := ""
				if i < len(stmt.Rhs) {
					value = last(stmt.Rhs[i])
				}
				declared := stmt.Tok == token.DEFINE // nobody else sees it
				if !declared && (errName.MatchString(last(to)) && value != "nil" || failing.MatchString(value)) {
					return refuses
				}
			}
		}
	}
	return neither
}

// returns tells what a return statement says in a function with these results:
// an error other than nil and false refuse, nil and true accept.
func returns(values []ast.Expr, results *ast.FieldList) outcome {
	types := resultTypes(results)
	if len(values) != len(types) { // naked, or a call that returns all of them
		if len(values) == 1 && failing.MatchString(last(values[0])) || len(values) == 0 && len(types) > 0 && badType.MatchString(types[len(types)-1]) {
			return refuses
		}
		return neither
	}
	result := neither
	for i, value := range values {
		name := last(value)
		switch {
		case badType.MatchString(types[i]) && name != "nil", types[i] == "bool" && name == "false", failing.MatchString(name):
			return refuses
		case badType.MatchString(types[i]), types[i] == "bool" && name == "true":
			result = accepts
		}
	}
	return result
}

func resultTypes(results *ast.FieldList) (types []string) {
	if results == nil {
		return nil
	}
	for _, field := range results.List {
		for range max(1, len(field.Names)) {
			types = append(types, last(field.Type))
		}
	}
	return types
}

// last is the name that an expression ends in, without what it is called with.
func last(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.StarExpr:
		return last(e.X)
	case *ast.UnaryExpr:
		return last(e.X)
	case *ast.CallExpr:
		return last(e.Fun)
	case *ast.CompositeLit:
		if e.Type != nil {
			return last(e.Type)
		}
	}
	return ""
}
