package cognitohttp_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/labstack/echo/v5"

	"github.com/notegate/notegate/pkg/cognito/cognitohttp"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
)

// The same routes behave alike in the routers that people use.
func TestRouters(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	for name, handler := range map[string]http.Handler{"mux": muxRoutes(site.auth()), "chi": chiRoutes(site.auth()), "echo": echoRoutes(site.auth())} {
		for _, tt := range []struct {
			method, path, token string
			status              int
			body                string
		}{
			{"GET", "/health", "", 200, "hello, stranger"},
			{"GET", "/orders", "", 401, `{"message":"Unauthorized"}`},
			{"GET", "/orders", site.bearer(t), 403, `{"message":"Forbidden"}`},
			{"GET", "/orders", site.bearer(t, cognitotest.WithScopes("orders/read")), 200, welcome},
			{"DELETE", "/orders/42", site.bearer(t, cognitotest.WithScopes("orders/read")), 403, `{"message":"Forbidden"}`},
			{"DELETE", "/orders/42", site.bearer(t, cognitotest.InGroups("ops")), 200, welcome},
		} {
			r := httptest.NewRequestWithContext(t.Context(), tt.method, tt.path, nil)
			if tt.token != "" {
				r.Header.Set("Authorization", tt.token)
			}
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			if w.Code != tt.status || w.Body.String() != tt.body {
				t.Errorf("%s: %s %s: got %d %s, want %d %s", name, tt.method, tt.path, w.Code, w.Body, tt.status, tt.body)
			}
		}
	}
}

func muxRoutes(auth *cognitohttp.Middleware) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /health", hello)
	mux.Handle("GET /orders", auth.Require("orders/read")(hello))
	mux.Handle("DELETE /orders/{id}", auth.RequireGroup("ops")(hello))
	return mux
}

// chi: Use for all routes of a group, With for one.
func chiRoutes(auth *cognitohttp.Middleware) http.Handler {
	router := chi.NewRouter()
	router.Get("/health", hello)
	router.Group(func(router chi.Router) {
		router.Use(auth.Require())
		router.With(auth.Require("orders/read")).Get("/orders", hello)
		router.With(auth.RequireGroup("ops")).Delete("/orders/{id}", hello)
	})
	return router
}

// echo: WrapMiddleware takes what this package returns.
func echoRoutes(auth *cognitohttp.Middleware) http.Handler {
	e := echo.New()
	say := echo.WrapHandler(hello)
	e.GET("/health", say)
	e.GET("/orders", say, echo.WrapMiddleware(auth.Require("orders/read")))
	e.DELETE("/orders/:id", say, echo.WrapMiddleware(auth.RequireGroup("ops")))
	return e
}
