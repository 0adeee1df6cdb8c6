package userpool

import "slices"

// What an app client may do with InitiateAuth, by Cognito's own names.
const (
	AllowUserPassword  = "ALLOW_USER_PASSWORD_AUTH"
	AllowUserSRP       = "ALLOW_USER_SRP_AUTH"
	AllowUserAuth      = "ALLOW_USER_AUTH"
	AllowAdminPassword = "ALLOW_ADMIN_USER_PASSWORD_AUTH"
	AllowRefreshToken  = "ALLOW_REFRESH_TOKEN_AUTH"
	allowCustom        = "ALLOW_CUSTOM_AUTH" // kept, but without an effect: it needs triggers
)

// oldFlows are the names of before, and the flow that each adds to SRP and
// refreshing. One of them turns SRP off.
var oldFlows = map[string]string{"ADMIN_NO_SRP_AUTH": AllowAdminPassword, "USER_PASSWORD_AUTH": AllowUserPassword, oldCustomOnly: allowCustom}

const oldCustomOnly = "CUSTOM_AUTH_FLOW_ONLY"

// allows reports whether ExplicitAuthFlows names the flow, or implies it by a name
// of before, when there were few to choose from.
func (c Client) allows(flow string) bool {
	if slices.Contains(c.AuthFlows, flow) {
		return true
	}
	for _, name := range c.AuthFlows {
		switch implied, ok := oldFlows[name]; {
		case ok && (flow == implied || flow == AllowRefreshToken):
			return true
		case ok && flow == AllowUserSRP && !slices.Contains(c.AuthFlows, oldCustomOnly):
			return true
		}
	}
	return false
}

func (c Client) checkFlows() error {
	old := 0
	for _, flow := range c.AuthFlows {
		switch {
		case oldFlows[flow] != "":
			old++
		case !slices.Contains([]string{AllowUserPassword, AllowUserSRP, AllowUserAuth, AllowAdminPassword, AllowRefreshToken, allowCustom}, flow):
			return invalid("ExplicitAuthFlows: %.64q is not available here", flow)
		}
	}
	if old > 0 && old < len(c.AuthFlows) {
		return invalid("ExplicitAuthFlows: ADMIN_NO_SRP_AUTH, CUSTOM_AUTH_FLOW_ONLY and USER_PASSWORD_AUTH exclude names that begin with ALLOW_")
	}
	return nil
}
