package deploy_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/deploy/cloudformation"
	"github.com/notegate/notegate/infra/deploy/doors"
	"github.com/notegate/notegate/infra/web"
)

// pageDoors are the front doors that open to the token that the page sends, and
// what they need for it.
var pageDoors = map[string]map[string]string{
	doors.RestLambda:  {"Page": "cloudfront"},
	doors.RestCognito: {"Page": "cloudfront", "RouteScopes": "true"},
	doors.HTTPJWT:     {"Page": "cloudfront"},
	doors.HTTPLambda:  {"Page": "cloudfront"},
}

// hosting: the page is served from a bucket that nothing but its distribution
// reads, with the headers and the configuration that package web asks for.
func hosting(t *testing.T, _ string, s *cloudformation.Stack) (p problems) {
	if s.Resources["PageDistribution"].Type == "" {
		for name, r := range s.Resources {
			if strings.HasPrefix(r.Type, "AWS::CloudFront::") || strings.HasPrefix(r.Type, "AWS::S3::") {
				p.Add("%s: there is no page to host", name)
			}
		}
		return p
	}
	p = append(p, privateBuckets(s)...)
	p = append(p, pageLogs(s)...)
	p = append(p, distribution(s)...)
	cfg, err := pageConfig(s)
	if err != nil {
		p.Add("PageConfig: %v", err)
		return p
	}
	want, err := web.Headers(cfg)
	if err != nil {
		t.Fatal(err)
	}
	want["Strict-Transport-Security"] = "max-age=63072000"
	got := pageHeaders(s, &p)
	for name := range want {
		p.Want(name, got[name], want[name])
	}
	for name := range got {
		if want[name] == "" {
			p.Add("header %s: the page does not ask for it", name)
		}
	}
	return p
}

// privateBuckets: nobody reaches them but over TLS, and of the page's bucket
// CloudFront alone reads the files.
func privateBuckets(s *cloudformation.Stack) (p problems) {
	read := map[string]any{
		"Effect": "Allow", "Action": "s3:GetObject", "Resource": "${PageBucket.Arn}/*",
		"Principal": map[string]any{"Service": "cloudfront.amazonaws.com"},
		"Condition": map[string]any{"StringEquals": map[string]any{"AWS:SourceArn": "arn:aws:cloudfront::123456789012:distribution/${PageDistribution}"}},
	}
	want := map[string][]any{"PageBucket": {read}}
	ownership := map[string]string{"PageBucket": "BucketOwnerEnforced", "PageLogBucket": "BucketOwnerPreferred"}
	if s.Resources["PageLogBucket"].Type != "" {
		want["PageLogBucket"] = nil
	}
	names := slices.Sorted(maps.Keys(want))
	p.Want("buckets", s.OfType("AWS::S3::Bucket"), names)
	var policies []string
	for _, name := range names {
		bucket, policy := s.Resources[name].Properties, s.Resources[name+"Policy"].Properties
		for _, property := range []string{"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"} {
			p.Want(name+"."+property, dig(bucket, "PublicAccessBlockConfiguration", property), true)
		}
		p.Want(name+" ownership", dig(bucket, "OwnershipControls", "Rules"), []any{map[string]any{"ObjectOwnership": ownership[name]}})
		encryption := dig(list(dig(bucket, "BucketEncryption", "ServerSideEncryptionConfiguration"))[0], "ServerSideEncryptionByDefault", "SSEAlgorithm")
		p.Want(name+" encryption", encryption, "AES256")
		policies = append(policies, name+"Policy")
		p.Want(name+"Policy's bucket", policy["Bucket"], "${"+name+"}")
		p.Want(name+"Policy", dig(policy, "PolicyDocument", "Statement"), append(want[name], map[string]any{
			"Effect": "Deny", "Action": "s3:*", "Principal": "*", "Resource": []any{"${" + name + ".Arn}", "${" + name + ".Arn}/*"},
			"Condition": map[string]any{"Bool": map[string]any{"aws:SecureTransport": "false"}},
		}))
	}
	p.Want("bucket policies", s.OfType("AWS::S3::BucketPolicy"), policies)
	return p
}

// pageLogs: the distribution writes them into their own bucket, without cookies,
// and they expire with the other logs.
func pageLogs(s *cloudformation.Stack) (p problems) {
	logging := dig(s.Resources["PageDistribution"].Properties, "DistributionConfig", "Logging")
	bucket := s.Resources["PageLogBucket"]
	if bucket.Type == "" {
		p.Want("logging", logging, nil)
		return p
	}
	p.Want("logging", logging, map[string]any{"Bucket": "${PageLogBucket.DomainName}", "IncludeCookies": false})
	p.Want("PageLogBucket lifecycle", dig(bucket.Properties, "LifecycleConfiguration", "Rules"), []any{map[string]any{"Status": "Enabled", "ExpirationInDays": 30}})
	for _, name := range []string{"PageLogBucket", "PageLogBucketPolicy"} { // a bucket that holds files can't be deleted
		p.Want(name+".DeletionPolicy", s.Resources[name].Attributes["DeletionPolicy"], "Retain")
		p.Want(name+".UpdateReplacePolicy", s.Resources[name].Attributes["UpdateReplacePolicy"], "Retain")
	}
	return p
}

func distribution(s *cloudformation.Stack) (p problems) {
	d := dig(s.Resources["PageDistribution"].Properties, "DistributionConfig")
	p.Want("origins", dig(d, "Origins"), []any{map[string]any{
		"Id": "bucket", "DomainName": "${PageBucket.RegionalDomainName}", "OriginAccessControlId": "${PageAccess.Id}",
		"S3OriginConfig": map[string]any{"OriginAccessIdentity": ""},
	}})
	p.Want("access", dig(s.Resources["PageAccess"].Properties, "OriginAccessControlConfig"), map[string]any{
		"Name": "notes-aaaaaaaa-bbbb-cccc-dddd-0123456789ab", "OriginAccessControlOriginType": "s3", "SigningBehavior": "always", "SigningProtocol": "sigv4",
	})
	p.Want("behaviours beside the default", dig(d, "CacheBehaviors"), nil)
	behaviour := dig(d, "DefaultCacheBehavior")
	p.Want("TargetOriginId", dig(behaviour, "TargetOriginId"), "bucket")
	p.Want("ViewerProtocolPolicy", dig(behaviour, "ViewerProtocolPolicy"), "https-only")
	p.Want("CachePolicyId", dig(behaviour, "CachePolicyId"), "${PageCache}")
	p.Want("Compress", dig(behaviour, "Compress"), true)
	p.Want("cache", dig(s.Resources["PageCache"].Properties, "CachePolicyConfig"), map[string]any{
		"Name": "notes-aaaaaaaa-bbbb-cccc-dddd-0123456789ab", "MinTTL": 1, "DefaultTTL": 1, "MaxTTL": 1, // only what is cached is compressed
		"ParametersInCacheKeyAndForwardedToOrigin": map[string]any{
			"EnableAcceptEncodingBrotli": true, "EnableAcceptEncodingGzip": true, "CookiesConfig": map[string]any{"CookieBehavior": "none"},
			"HeadersConfig": map[string]any{"HeaderBehavior": "none"}, "QueryStringsConfig": map[string]any{"QueryStringBehavior": "none"},
		},
	})
	p.Want("ResponseHeadersPolicyId", dig(behaviour, "ResponseHeadersPolicyId"), "${PageHeaders}")
	root, _ := dig(d, "DefaultRootObject").(string)
	if _, err := fs.Stat(web.Files(), root); err != nil {
		p.Add("DefaultRootObject: %v", err)
	}
	return p
}

// pageConfig reads the output that becomes the page's config.json, whose members
// are to be those of web.Config.
func pageConfig(s *cloudformation.Stack) (cfg web.Config, err error) {
	text, _ := s.Outputs["PageConfig"].(string)
	d := json.NewDecoder(bytes.NewBufferString(deployed.Replace(text)))
	d.DisallowUnknownFields()
	if err := d.Decode(&cfg); err != nil {
		return cfg, err
	}
	want := web.Config{Login: s.Outputs["ManagedLogin"].(string), ClientID: s.Outputs["Clients"].(string), API: s.Outputs["ApiUrl"].(string)}
	for _, member := range []*string{&want.Login, &want.ClientID, &want.API} {
		*member = deployed.Replace(*member)
	}
	if cfg != want {
		return cfg, errors.New(text + " is not what the other outputs say")
	}
	return cfg, nil
}

// deployed stands for what CloudFormation puts in place of references.
var deployed = strings.NewReplacer("${Domain}", "notes-0123456789ab", "${AppClient}", "client1", "${RestApi}", "abcdef1234", "${HttpApi}", "abcdef1234",
	"${PageBucket}", "page-bucket", "${PageDistribution.DomainName}", "d111111abcdef8.cloudfront.net")

// pageHeaders are the headers as the browser gets them.
func pageHeaders(s *cloudformation.Stack, p *problems) map[string]string {
	config := dig(s.Resources["PageHeaders"].Properties, "ResponseHeadersPolicyConfig")
	headers := map[string]string{}
	set := func(name string, part any, value any) {
		p.Want(name+".Override", dig(part, "Override"), true) // or a header of the bucket's would win
		text, _ := value.(string)
		headers[name] = deployed.Replace(text)
	}
	security, _ := dig(config, "SecurityHeadersConfig").(map[string]any)
	for kind, part := range security {
		switch kind {
		case "ContentSecurityPolicy":
			set("Content-Security-Policy", part, dig(part, "ContentSecurityPolicy"))
		case "ContentTypeOptions":
			set("X-Content-Type-Options", part, "nosniff")
		case "ReferrerPolicy":
			set("Referrer-Policy", part, dig(part, "ReferrerPolicy"))
		case "StrictTransportSecurity":
			p.Want("HSTS", dig(part, "AccessControlMaxAgeSec"), 63072000)
			set("Strict-Transport-Security", part, "max-age=63072000")
		default:
			p.Add("%s: what does it send?", kind)
		}
	}
	for _, item := range list(dig(config, "CustomHeadersConfig", "Items")) {
		name, _ := dig(item, "Header").(string)
		set(name, item, dig(item, "Value"))
	}
	return headers
}

// With a page the system holds to everything that it holds to without.
func TestPageHolds(t *testing.T) {
	t.Parallel()
	tmpl := template(t)
	for door, parameters := range pageDoors {
		for _, logs := range []string{"off", "on"} {
			all := maps.Clone(parameters)
			all["PageLogs"] = logs
			stack := deploy(t, tmpl, door, all)
			if stack.Resources["PageDistribution"].Type == "" || (stack.Resources["PageLogBucket"].Type == "") != (logs == "off") {
				t.Fatalf("%s: no page, or its logs are not %s", door, logs)
			}
			for _, name := range slices.Sorted(maps.Keys(checks)) {
				for _, problem := range checks[name](t, door, stack) {
					t.Errorf("%s, logs %s: %s: %s", door, logs, name, problem)
				}
			}
		}
	}
}

// Once AllowedOrigin is the page's, managed login sends users back to the page,
// and to where it sent them before.
func TestPageIsWhereUsersComeBackTo(t *testing.T) {
	t.Parallel()
	const origin = "https://d111111abcdef8.cloudfront.net"
	tmpl := template(t)
	var p problems
	for door, parameters := range pageDoors {
		all := maps.Clone(parameters)
		all["AllowedOrigin"], all["CallbackUrls"] = origin, "app:/callback,app:/again"
		stack := deploy(t, tmpl, door, all)
		client := stack.Resources["AppClient"].Properties
		p.Want(door+": CallbackURLs", client["CallbackURLs"], []string{"app:/callback", "app:/again", origin + "/"})
		p.Want(door+": LogoutURLs", client["LogoutURLs"], []string{"http://localhost:3000/", origin + "/"})
		output, _ := stack.Outputs["PageOrigin"].(string)
		p.Want(door+": PageOrigin", deployed.Replace(output), origin)
	}
	for _, problem := range p {
		t.Error(problem)
	}
}

// Each row makes one mistake, and the check on the hosting notices.
func TestHostingChecksCatch(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ old, new, want string }{
		{"BlockPublicPolicy: true", "BlockPublicPolicy: false", "PageLogBucket.BlockPublicPolicy"},
		{"ObjectOwnership: BucketOwnerEnforced", "ObjectOwnership: ObjectWriter", "ownership"},
		{"SSEAlgorithm: AES256", "SSEAlgorithm: none", "PageLogBucket encryption"},
		{"ObjectOwnership: BucketOwnerPreferred", "ObjectOwnership: BucketOwnerEnforced", "PageLogBucket ownership"},
		{`aws:SecureTransport: "false"`, `aws:SecureTransport: "true"`, "PageBucketPolicy"},
		{`Resource: [!GetAtt PageBucket.Arn, !Sub "${PageBucket.Arn}/*"]`, "Resource: [!GetAtt PageBucket.Arn]", "PageBucketPolicy"},
		{`Resource: [!GetAtt PageLogBucket.Arn, !Sub "${PageLogBucket.Arn}/*"]`, "Resource: [!GetAtt PageLogBucket.Arn]", "PageLogBucketPolicy"},
		{"Bucket: !GetAtt PageLogBucket.DomainName", "Bucket: !GetAtt PageBucket.DomainName", "logging"},
		{"IncludeCookies: false", "IncludeCookies: true", "logging"},
		{"ExpirationInDays: !Ref LogRetentionDays", "ExpirationInDays: 3653", "PageLogBucket lifecycle"},
		{"    Condition: LogPage\n    DeletionPolicy: Retain\n", "    Condition: LogPage\n", "PageLogBucket.DeletionPolicy"},
		{"Principal: {Service: cloudfront.amazonaws.com}", `Principal: "*"`, "PageBucketPolicy"},
		{"Action: s3:GetObject", "Action: s3:*", "PageBucketPolicy"},
		{"distribution/${PageDistribution}", "distribution/*", "PageBucketPolicy"},
		{"SigningBehavior: always", "SigningBehavior: never", "access"},
		{"            OriginAccessControlId: !GetAtt PageAccess.Id\n", "", "origins"},
		{"https-only", "allow-all", "ViewerProtocolPolicy"},
		{"CachePolicyId: !Ref PageCache", "CachePolicyId: 658327ea-f89d-4fab-a63d-7e88639e58f6", "CachePolicyId"},
		{"          Compress: true\n", "", "Compress"},
		{"DefaultTTL: 1", "DefaultTTL: 86400", "cache"},
		{"EnableAcceptEncodingGzip: true", "EnableAcceptEncodingGzip: false", "cache"},
		{"QueryStringBehavior: none", "QueryStringBehavior: all", "cache"}, // of which the login's codes are
		{"          ResponseHeadersPolicyId: !Ref PageHeaders\n", "", "ResponseHeadersPolicyId"},
		{"DefaultRootObject: index.html", "DefaultRootObject: home.html", "DefaultRootObject"},
		{"script-src 'self';", "script-src 'self' 'unsafe-inline';", "Content-Security-Policy"},
		{" https://${Api}.execute-api", " https://*.execute-api", "Content-Security-Policy"},
		{"; trusted-types 'none'", "", "Content-Security-Policy"},
		{"          ContentTypeOptions: {Override: true}\n", "", "X-Content-Type-Options"},
		{"ReferrerPolicy: no-referrer", "ReferrerPolicy: origin", "Referrer-Policy"},
		{"AccessControlMaxAgeSec: 63072000", "AccessControlMaxAgeSec: 60", "HSTS"},
		{"{Override: true, Header: Cache-Control", "{Override: false, Header: Cache-Control", "Cache-Control.Override"},
		{"Header: Permissions-Policy", "Header: Feature-Policy", "Feature-Policy"},
		{`"clientId":`, `"client":`, "PageConfig"},
		{`/${Stage}` + "\n" + `          - !Sub https://${HttpApi}`, "\n" + `          - !Sub https://${HttpApi}`, "PageConfig"},
		{"${Domain}.auth.${AWS::Region}.amazoncognito.com\",\"clientId", "${Domain}.auth.amazoncognito.com\",\"clientId", "PageConfig"},
	} {
		t.Run(tt.want+"/"+tt.new, func(t *testing.T) {
			t.Parallel()
			stack := deploy(t, templateWith(t, in("template.yaml", tt.old, tt.new)), doors.RestLambda, map[string]string{"Page": "cloudfront", "PageLogs": "on"})
			got := hosting(t, doors.RestLambda, stack)
			if !strings.Contains(strings.Join(got, "; "), tt.want) {
				t.Errorf("with %q for %q: got %q, want %q in it", tt.new, tt.old, got, tt.want)
			}
		})
	}
	t.Run("left over", func(t *testing.T) {
		stack := deploy(t, templateWith(t, in("template.yaml", "AWS::S3::Bucket\n    Condition: HostPage\n", "AWS::S3::Bucket\n")), doors.RestLambda, nil)
		if got := hosting(t, doors.RestLambda, stack); !strings.Contains(strings.Join(got, "; "), "PageBucket") {
			t.Errorf("got %q, want PageBucket in it", got)
		}
	})
}

// Why AllowedOrigin is a parameter: what it is for would wait for the page, and
// the page waits for the API.
func TestPageCannotBeReferredTo(t *testing.T) {
	t.Parallel()
	_, err := templateWith(t, in("template.yaml", `!Sub "${AllowedOrigin}/"`, `!Sub "https://${PageDistribution.DomainName}/"`)).Deploy(pageDoors[doors.RestLambda])
	if err == nil || !strings.Contains(err.Error(), "circular dependency: AppClient -> PageDistribution -> PageHeaders -> RestApi") {
		t.Errorf("got %v, want a circular dependency", err)
	}
}
