# frozen_string_literal: true

require_relative "lib/robofy/version"

Gem::Specification.new do |spec|
  spec.name = "robofy"
  spec.version = Robofy::VERSION
  spec.authors = ["The robofy developers"]
  spec.summary = "Send a WhatsApp user's message to a Robofy AI agent and get the answer"
  spec.licenses = ["MIT", "Apache-2.0"]
  spec.required_ruby_version = ">= 3.0"
  spec.files = Dir["{lib,sig}/**/*.{rb,rbs}"] + %w[README.md LICENSE-MIT LICENSE-APACHE]
  spec.add_dependency "fiddle", ">= 1.0.6"
end
