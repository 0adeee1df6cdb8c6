package userpool

import "regexp"

// ignoredEverywhere are members that serve what is not here: triggers, threat
// protection and Amazon Pinpoint.
var ignoredEverywhere = []string{"AnalyticsMetadata", "ClientMetadata", "ContextData", "UserContextData"}

// differences are what the members that are not read do not tell of an operation.
var differences = map[string]string{
	"CreateUserPoolClient": "refuses the implicit grant, and identity providers other than COGNITO",
	"DeleteResourceServer": "refuses the template's resource server",
	"DeleteUserPoolClient": "refuses clients of the template and of CLIENTS_FILE",
	"ListUserPools":        "lists only this pool",
	"UpdateResourceServer": "refuses the template's resource server",
	"UpdateUserAttributes": "a new address always waits for its code, whatever UserAttributeUpdateSettings says",
	"UpdateUserPoolClient": "refuses clients of the template and of CLIENTS_FILE",
}

// flowNotes are the same of flows and challenges.
var flowNotes = map[string]string{
	"CUSTOM_AUTH":        "needs triggers; ALLOW_CUSTOM_AUTH is kept without an effect",
	"USER_PASSWORD_AUTH": "`localnotesapp` has it here, unlike the deployed app client",
	"code":               "a public client must use PKCE",
	"implicit":           "RFC 9700 advises against it",
}

// absences are the reasons why an operation is not there, tried in this order.
var absences = []absence{
	{regexp.MustCompile(`IdentityProvider|ProviderForUser|SigningCertificate`), "users of other identity providers"},
	{regexp.MustCompile(`WebAuthn`), "passkeys"},
	{regexp.MustCompile(`Device`), "remembered devices"},
	{regexp.MustCompile(`MFA|SoftwareToken|UserSettings|AuthFactors|SetUserPoolMfaConfig`), "second factors"},
	{regexp.MustCompile(`AuthEvent|RiskConfiguration|LogDelivery`), "threat protection and logs"},
	{regexp.MustCompile(`Branding|UICustomization|Terms|Domain`), "the look and the address of the hosted login"},
	{regexp.MustCompile(`ImportJob|CSVHeader`), "import of users"},
	{regexp.MustCompile(`Replica`), "several Regions"},
	{regexp.MustCompile(`Resource$`), "tags"},
	{regexp.MustCompile(`ClientSecret`), "several secrets of one app client"},
	{regexp.MustCompile(`^(Create|Update|Delete)UserPool$|CustomAttributes`), "one pool, whose settings are the template's"},
}
