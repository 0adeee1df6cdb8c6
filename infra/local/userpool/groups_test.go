package userpool_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"
)

func (f *fixture) createGroup(name string) error {
	_, err := f.client.CreateGroup(f.t.Context(), &cognito.CreateGroupInput{
		UserPoolId: pool(), GroupName: &name, Description: new("Those who write"), Precedence: aws.Int32(3), RoleArn: new("arn:aws:iam::000000000000:role/" + name),
	})
	return err
}

// groups returns the names of a user's groups, which the tokens have as well.
func (f *fixture) groups(username string) []string {
	f.t.Helper()
	out, err := f.client.AdminListGroupsForUser(f.t.Context(), &cognito.AdminListGroupsForUserInput{UserPoolId: pool(), Username: &username})
	if err != nil {
		f.t.Fatal(err)
	}
	return names(out.Groups)
}

func names(groups []types.GroupType) []string {
	list := []string{}
	for _, g := range groups {
		list = append(list, *g.GroupName)
	}
	return list
}

func TestGroupOperations(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	wantFault(t, f.join(poolID, email, "writers"), "ResourceNotFoundException", "Group not found.")
	for _, name := range []string{"writers", "admins"} {
		if err := f.createGroup(name); err != nil {
			t.Fatal(err)
		}
		if err := f.join(poolID, email, name); err != nil {
			t.Fatal(err)
		}
	}
	wantFault(t, f.createGroup("writers"), "GroupExistsException", "A group with the name already exists.")
	wantFault(t, f.join(poolID, "nobody@example.com", "writers"), "UserNotFoundException", "User does not exist.")
	if diff := cmp.Diff([]string{"admins", "writers"}, f.groups(email)); diff != "" {
		t.Errorf("of the user (-want +got):\n%s", diff)
	}

	got, err := f.client.GetGroup(t.Context(), &cognito.GetGroupInput{UserPoolId: pool(), GroupName: new("writers")})
	if err != nil {
		t.Fatal(err)
	}
	if g := got.Group; *g.GroupName != "writers" || *g.UserPoolId != poolID || *g.Description != "Those who write" || *g.Precedence != 3 ||
		*g.RoleArn != "arn:aws:iam::000000000000:role/writers" || !g.CreationDate.Equal(f.clock.Now()) {
		t.Errorf("got %+v", g)
	}
	updated, err := f.client.UpdateGroup(t.Context(), &cognito.UpdateGroupInput{UserPoolId: pool(), GroupName: new("writers"), Description: new("x")})
	if err != nil || *updated.Group.Description != "x" || !updated.Group.CreationDate.Equal(f.clock.Now()) {
		t.Errorf("update: got %+v, %v", updated, err)
	}
	_, err = f.client.UpdateGroup(t.Context(), &cognito.UpdateGroupInput{UserPoolId: pool(), GroupName: new("none")})
	wantFault(t, err, "ResourceNotFoundException", "Group not found.")

	_, err = f.client.GetGroup(t.Context(), &cognito.GetGroupInput{UserPoolId: pool(), GroupName: new("two words")})
	wantFault(t, err, "InvalidParameterException", `1 validation error detected: Value at 'groupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+`)

	members, err := f.client.ListUsersInGroup(t.Context(), &cognito.ListUsersInGroupInput{UserPoolId: pool(), GroupName: new("writers")})
	if err != nil || len(members.Users) != 1 || attributesOf(members.Users[0].Attributes)["email"] != email {
		t.Errorf("members: got %+v, %v", members, err)
	}
	_, err = f.client.ListUsersInGroup(t.Context(), &cognito.ListUsersInGroupInput{UserPoolId: pool(), GroupName: new("none")})
	wantFault(t, err, "ResourceNotFoundException", "Group not found.")

	if _, err := f.client.AdminRemoveUserFromGroup(t.Context(), &cognito.AdminRemoveUserFromGroupInput{UserPoolId: pool(), Username: new(email), GroupName: new("admins")}); err != nil {
		t.Fatal(err)
	}
	claims, _, err := f.verify(*f.mustSignIn().AccessToken)
	if err != nil || !cmp.Equal(claims["cognito:groups"], []any{"writers"}) {
		t.Errorf("got %v (%v), want writers alone", claims["cognito:groups"], err)
	}
	remove := func() error {
		_, err := f.client.DeleteGroup(t.Context(), &cognito.DeleteGroupInput{UserPoolId: pool(), GroupName: new("writers")})
		return err
	}
	if err := remove(); err != nil {
		t.Fatal(err)
	}
	wantFault(t, remove(), "ResourceNotFoundException", "Group not found.")
	if got := f.groups(email); len(got) != 0 {
		t.Errorf("the user is still in %v", got)
	}
	if claims, _, err := f.verify(*f.mustSignIn().AccessToken); err != nil || claims["cognito:groups"] != nil {
		t.Errorf("got %v (%v), want no groups", claims["cognito:groups"], err)
	}
}

// Lists come in pages that together have everything once.
func TestPaging(t *testing.T) {
	t.Parallel()
	f := open(t)
	for i := range 5 {
		if err := f.createGroup(fmt.Sprintf("g%d", i)); err != nil {
			t.Fatal(err)
		}
		if _, err := f.createUser(&cognito.AdminCreateUserInput{Username: new(fmt.Sprintf("u%d@example.com", i)), TemporaryPassword: new(password)}); err != nil {
			t.Fatal(err)
		}
	}
	var groups, users []string
	for token := (*string)(nil); ; {
		out, err := f.client.ListGroups(t.Context(), &cognito.ListGroupsInput{UserPoolId: pool(), Limit: aws.Int32(2), NextToken: token})
		if err != nil {
			t.Fatal(err)
		}
		groups = append(groups, names(out.Groups)...)
		if token = out.NextToken; token == nil {
			break
		}
		if len(out.Groups) != 2 {
			t.Errorf("a page of %d, want 2", len(out.Groups))
		}
	}
	if diff := cmp.Diff([]string{"g0", "g1", "g2", "g3", "g4"}, groups); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
	pages := cognito.NewListUsersPaginator(f.client, &cognito.ListUsersInput{UserPoolId: pool(), Limit: aws.Int32(3)})
	seen := map[string]bool{}
	for pages.HasMorePages() {
		out, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range out.Users {
			users = append(users, *u.Username)
			seen[*u.Username] = true
		}
	}
	if len(users) != 5 || len(seen) != 5 {
		t.Errorf("got %v, want five users once each", users)
	}
	_, err := f.client.ListUsers(t.Context(), &cognito.ListUsersInput{UserPoolId: pool(), PaginationToken: new("!")})
	wantFault(t, err, "InvalidParameterException", "Invalid pagination token given.")
	if _, err := f.client.ListUsers(t.Context(), &cognito.ListUsersInput{UserPoolId: pool(), Limit: aws.Int32(60)}); err != nil {
		t.Errorf("as many as can be asked for: %v", err)
	}
	for limit, bound := range map[int32]string{-1: "greater than or equal to 0", 61: "less than or equal to 60"} {
		_, err = f.client.ListUsers(t.Context(), &cognito.ListUsersInput{UserPoolId: pool(), Limit: &limit})
		wantFault(t, err, "InvalidParameterException", "1 validation error detected: Value at 'limit' failed to satisfy constraint: Member must have value "+bound)
	}
}

func TestListUsersFilter(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.user()
	made, err := f.createUser(&cognito.AdminCreateUserInput{TemporaryPassword: new(password), UserAttributes: []types.AttributeType{{Name: new("name"), Value: new(`Bob "the" Builder`)}}})
	if err != nil {
		t.Fatal(err)
	}
	list := func(filter string, attributes ...string) ([]types.UserType, error) {
		out, err := f.client.ListUsers(t.Context(), &cognito.ListUsersInput{UserPoolId: pool(), Filter: &filter, AttributesToGet: attributes})
		if err != nil {
			return nil, err
		}
		return out.Users, nil
	}
	for filter, want := range map[string]int{
		"":                                              2,
		`email = "bob@example.com"`:                     1,
		`email="BOB@EXAMPLE.COM"`:                       1,
		`email ^= "bo"`:                                 1,
		`email = "bo"`:                                  0,
		`email ^= ""`:                                   2,
		`name = "Bob \"the\" Builder"`:                  1,
		`name ^= "bob"`:                                 0,
		`username = "` + *made.Username + `"`:           1,
		`sub = "` + *made.Username + `"`:                1,
		`cognito:user_status = "CONFIRMED"`:             1,
		`cognito:user_status ^= "conf"`:                 1,
		`cognito:user_status = "FORCE_CHANGE_PASSWORD"`: 1,
		`status = "Enabled"`:                            2,
		`status = "Disabled"`:                           0,
		`given_name = "Ann"`:                            0,
	} {
		users, err := list(filter)
		if err != nil || len(users) != want {
			t.Errorf("%s: got %d users (%v), want %d", filter, len(users), err, want)
		}
	}
	for filter, message := range map[string]string{
		"email":                      "Error while parsing filter.",
		`email = bob@example.com`:    "Error while parsing filter.",
		`email > "b"`:                "Error while parsing filter.",
		`email = "a" or email = "b"`: "Error while parsing filter.",
		`custom:x = "1"`:             "Invalid search attribute: custom:x",
		`nickname = "bob"`:           "Invalid search attribute: nickname",
	} {
		_, err := list(filter)
		wantFault(t, err, "InvalidParameterException", message)
	}
	users, err := list(`email ^= "bob"`, "name", "sub")
	if err != nil || len(users) != 1 {
		t.Fatal(users, err)
	}
	if diff := cmp.Diff(map[string]string{"name": `Bob "the" Builder`, "sub": *made.Username}, attributesOf(users[0].Attributes)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	_, err = list("", "custom:x")
	wantFault(t, err, "InvalidParameterException", "One or more requested attributes do not exist.")
}

// Each row changes one thing of a good group.
func TestCreateGroupRefuses(t *testing.T) {
	t.Parallel()
	f := open(t)
	const detected = "1 validation error detected: Value at "
	for rule, row := range map[string]struct {
		change  func(*cognito.CreateGroupInput)
		message string
	}{
		"good":         {func(*cognito.CreateGroupInput) {}, ""},
		"the first":    {func(in *cognito.CreateGroupInput) { in.Precedence = aws.Int32(0) }, ""},
		"two words":    {func(in *cognito.CreateGroupInput) { in.GroupName = new("two words") }, detected + `'groupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+`},
		"no role":      {func(in *cognito.CreateGroupInput) { in.RoleArn = new("admins") }, detected + `'roleArn' failed to satisfy constraint: Member must satisfy regular expression pattern: ` + roleForm},
		"before first": {func(in *cognito.CreateGroupInput) { in.Precedence = aws.Int32(-1) }, detected + "'precedence' failed to satisfy constraint: Member must have value greater than or equal to 0"},
	} {
		t.Run(rule, func(t *testing.T) {
			in := &cognito.CreateGroupInput{UserPoolId: pool(), GroupName: new(fmt.Sprint("g", len(rule))), Precedence: aws.Int32(3), RoleArn: new("arn:aws:iam::000000000000:role/a")}
			row.change(in)
			_, err := f.client.CreateGroup(t.Context(), in)
			if row.message != "" {
				wantFault(t, err, "InvalidParameterException", row.message)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

const roleForm = `arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?`
