# frozen_string_literal: true

module Robofy
  VERSION = "0.1.0"
end
