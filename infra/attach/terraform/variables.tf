variable "user_pool_ids" {
  description = "The user pools whose tokens are accepted."
  type        = list(string)
}

variable "client_ids" {
  description = "Their app clients whose tokens are accepted."
  type        = list(string)
}

variable "allowed_origin" {
  description = "The one origin whose pages may read the answers."
  type        = string
  default     = "https://origin.invalid"
}

variable "authorizer_zip" {
  description = "authorizer.zip, which `make build` writes, or authorizer-arm64.zip of `make release`."
  type        = string
  default     = "../../../dist/authorizer.zip"
}

variable "name" {
  description = "Begins the names of functions, roles and APIs."
  type        = string
  default     = "orders"
}
