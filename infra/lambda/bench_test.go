package lambda_test

import (
	"testing"

	runtime "github.com/aws/aws-lambda-go/lambda"
)

// What a process costs a warm call: it must be less than 1 ms.
func BenchmarkWarmCall(b *testing.B) {
	event := []byte(`{"do":"nothing"}`)
	b.Run("in process", func(b *testing.B) {
		handler := runtime.NewHandler(handle)
		for b.Loop() {
			if _, err := handler.Invoke(b.Context(), event); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("process", func(b *testing.B) {
		p := pool(b, "function")
		for b.Loop() {
			if _, err := p.Invoke(b.Context(), event); err != nil {
				b.Fatal(err)
			}
		}
	})
}
