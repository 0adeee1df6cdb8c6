# Everything a person types, and everything CI runs. `make help` lists it.

SHELL       := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

VALE        := github.com/vale-cli/vale/v3/cmd/vale@v3.21.0
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
VERSION     ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
LAMBDA       = CGO_ENABLED=0 GOOS=linux go build -tags lambda.norpc -trimpath -buildvcs=false \
               -ldflags='-s -w -buildid= -X github.com/notegate/notegate/pkg/function.version=$(VERSION)'
DIST        := dist
INTEROP     := infra/interop/node_modules/.package-lock.json

.PHONY: help run token drill load test bench screenshots mutants fuzz build release jwks deploy deploy-authorizer attach page lint clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: bin/local ## start the API, the user pool and the notes on this machine
	@exec bin/local

token: bin/local ## print an access token of the local user pool (EMAIL=, PASSWORD= for another user)
	@bin/local token

drill: bin/local ## play the key rotation runbook on a system of its own, and print what users see
	@bin/local drill

load: bin/local ## read notes over 64 connections and print requests/s, errors and memory (FOR=1m, SIGN_IN=yes to sign in instead)
	@go run ./infra/local/load -for '$(or $(FOR),1m)' $(if $(SIGN_IN),-sign-in)

test: FORCE $(INTEROP) ## run every test with the race detector
	go test -race -timeout 20m ./...

bench: FORCE $(INTEROP) ## measure the Lambdas as deployed, beside others, and how they grow (infra/bench/README.md)
	go run ./infra/bench

# In the README's pictures the page has Debian's fonts-inter and fonts-urw-base35.
screenshots: FORCE ## take pictures of every state of the page into dist/screenshots, and the README's two
	SCREENSHOTS=$(abspath $(DIST))/screenshots go test -count 1 -run '^TestScreenshots$$' ./infra/local
	cp $(DIST)/screenshots/09-gate-desktop-light.png infra/web/screenshots/gate.png
	cp $(DIST)/screenshots/08-conflict-desktop-dark.png infra/web/screenshots/conflict.png

mutants: FORCE $(INTEROP) ## check that a test fails when each check is disabled (ONLY='gate policy/arn.go dynamo-*': packages, files, patches)
	go run ./infra/mutants $(foreach pattern,$(ONLY),'$(pattern)')

fuzz: FORCE ## run every fuzz target, one after another (FUZZTIME=1m)
	@go test -list '^Fuzz' ./... | awk '/^Fuzz/ { target[n++] = $$1 } /^ok/ { while (n) print $$2, target[--n] }' | \
	while read -r package target; do \
		echo "$$package $$target"; \
		go test -run '^$$' -fuzz "^$$target\$$" -fuzztime '$(or $(FUZZTIME),1m)' -fuzzminimizetime 10x "$$package"; \
	done

build: $(DIST)/authorizer.zip $(DIST)/notes.zip $(DIST)/doors ## build what is deployed into dist/ (JWKS=file puts a key set beside the authorizer)

# What others deploy without building it: for both kinds of machine, the same bytes each time.
release: FORCE ## build dist/{authorizer,notes}-{arm64,amd64}.zip and dist/SHA256SUMS
	for function in authorizer notes; do for machine in arm64 amd64; do \
		mkdir -p $(DIST)/$$machine/$$function; \
		GOARCH=$$machine $(LAMBDA) -o $(DIST)/$$machine/$$function/bootstrap ./$$function; \
		go run ./infra/deploy/dist zip $(DIST)/$$function-$$machine.zip $(DIST)/$$machine/$$function/bootstrap; \
	done; done
	cd $(DIST) && sha256sum authorizer-arm64.zip authorizer-amd64.zip notes-arm64.zip notes-amd64.zip > SHA256SUMS

jwks: FORCE ## download a user pool's key set into dist/jwks.json (USER_POOL_ID=)
	go run ./infra/deploy/dist keyset -pool '$(USER_POOL_ID)' $(DIST)/jwks.json

deploy: build ## deploy to AWS with the SAM CLI (PARAMS="FrontDoor=http-jwt ...", STACK=notegate)
	sam deploy --template-file infra/deploy/template.yaml --config-file "$(CURDIR)/infra/deploy/samconfig.toml" \
		$(if $(STACK),--stack-name $(STACK)) $(if $(PARAMS),--parameter-overrides $(PARAMS))

deploy-authorizer: $(DIST)/authorizer.zip ## deploy the authorizer alone, for an API of yours (USER_POOL_ID=, CLIENT_IDS=, PARAMS=, STACK=)
	sam deploy --template-file infra/deploy/authorizer.yaml --config-file "$(CURDIR)/infra/deploy/samconfig.toml" --stack-name '$(or $(STACK),notegate-authorizer)' \
		$(if $(USER_POOL_ID)$(CLIENT_IDS)$(PARAMS),--parameter-overrides) $(if $(USER_POOL_ID),'UserPoolIds=$(USER_POOL_ID)') $(if $(CLIENT_IDS),'ClientIds=$(CLIENT_IDS)') $(PARAMS)

attach: $(DIST)/authorizer.zip ## synthesise an API of orders behind the authorizer with the CDK, into dist/attach (USER_POOL_ID=, CLIENT_IDS=)
	npm install --prefix infra/attach/cdk --no-package-lock --ignore-scripts --no-audit --no-fund
	cd infra/attach/cdk && CDK_OUTDIR='$(abspath $(DIST))/attach' npm run --silent synth
	@echo 'See dist/attach/Orders.template.json; to deploy it: npx aws-cdk deploy --app $(DIST)/attach'

attach: export CDK_CONTEXT_JSON = {"userPoolIds": "$(USER_POOL_ID)", "clientIds": "$(CLIENT_IDS)", "authorizerZip": "$(abspath $(DIST))/authorizer.zip"}

page: ## upload the page to a stack deployed with Page=cloudfront (STACK=notegate)
	@infra/deploy/hosting.sh '$(or $(STACK),notegate)'

lint: FORCE ## check formatting, go.mod, vet, staticcheck, dead code and how we write
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$unformatted" ] || { echo "not gofmt-ed: $$unformatted"; exit 1; }
	go mod tidy -diff
	go vet ./...
	go run $(STATICCHECK) ./...
	@dead=$$(go tool deadcode -test ./...); [ -z "$$dead" ] || { echo "$$dead"; exit 1; }
	go run $(VALE) --config infra/prose/vale.ini --glob '!**/node_modules/**' README.md authorizer infra notes pkg

clean: ## remove what was built and the local data
	rm -rf bin dist .local

bin/local: FORCE
	@[ -e $@ ] || echo 'building, about 30 s the first time' >&2
	@go build -ldflags='-X github.com/notegate/notegate/pkg/function.version=$(VERSION)' -o $@ ./infra/local

$(DIST)/%.zip: FORCE
	@mkdir -p $(DIST)/$*
	GOARCH=arm64 $(LAMBDA) -o $(DIST)/$*/bootstrap ./$*
	$(if $(SEED),go run ./infra/deploy/dist keyset -file '$(JWKS)' $(SEED))
	go run ./infra/deploy/dist zip $@ $(DIST)/$*/bootstrap $(SEED)

$(DIST)/authorizer.zip: SEED = $(if $(JWKS),$(DIST)/authorizer/jwks.json)

# The API definitions that the template includes beside infra/openapi.yaml.
$(DIST)/doors: FORCE
	go run ./infra/deploy/dist doors $@

# The servers that tests run against. Without Node those tests say that they
# were skipped; in CI they fail.
$(INTEROP): infra/interop/package-lock.json
	@if command -v npm >/dev/null; then npm ci --prefix infra/interop --ignore-scripts --no-audit --no-fund; \
	elif [ "$${CI:-}" = true ]; then echo "CI needs Node and npm" >&2; exit 1; \
	else echo "no npm here: tests against cognito-local and dynalite will be skipped"; fi

# FORCE builds anew what Go keeps track of itself, with a Go that go.mod takes.
.PHONY: FORCE
FORCE:
	@infra/go.sh
