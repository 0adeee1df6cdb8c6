package cognito_test

import (
	"strings"
	"testing"

	"github.com/notegate/notegate/pkg/cognito"
)

// A replica's Region becomes a part of a host name whose keys are trusted.
func TestRegionForm(t *testing.T) {
	t.Parallel()
	for rule, region := range map[string]string{
		"a host before the number": "us-x.attacker.example/-1",
		"a host in the area":       "x.example/us-east-1",
		"a host after the number":  "us-east-1.attacker.example/",
		"a digit in a word":        "us-e4st-1",
		"an empty word":            "us--1",
		"no word":                  "us-1",
		"an area of one letter":    "u-east-1",
		"an area of five letters":  "usaus-east-1",
		"a letter for the number":  "us-east-a",
		"a number of three digits": "us-east-100",
		"no number":                "us-east-",
		"a number and more":        "us-east-1a",
		"a blank after it":         "us-east-1 ",
		"upper case":               "US-EAST-1",
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			if _, err := cognito.PoolByID(poolID, "us-east-1"); err != nil {
				t.Fatal(err)
			}
			_, err := cognito.PoolByID(poolID, region)
			if err == nil || !strings.Contains(err.Error(), "must be a name like eu-west-1") {
				t.Errorf("got error %v, want %q to be no Region", err, region)
			}
		})
	}
	for rule, region := range map[string]string{"the shortest": "us-east-1", "the longest": "apac-gov-east-10"} {
		if _, err := cognito.PoolByID(poolID, region); err != nil {
			t.Errorf("%s: %v", rule, err)
		}
	}
}
