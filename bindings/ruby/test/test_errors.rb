# frozen_string_literal: true

require_relative "service_test"

class TestErrors < ServiceTest
  def test_an_error_has_what_the_service_said
    error = assert_raises(Robofy::RateLimitedError) do
      client.whatsapp_chat(**asking("!status=429 code=SLOW_DOWN detail=Too_fast. retry-after=7"))
    end

    assert_kind_of Robofy::Error, error
    assert_equal :rate_limited, error.status
    assert_equal 429, error.http_status
    assert_equal "SLOW_DOWN", error.code
    assert_equal "Too fast.", error.detail
    assert_predicate error, :retryable?
    assert_in_delta 7.0, error.retry_after
    assert_includes error.message, "SLOW_DOWN"
  end

  {
    "!status=400" => Robofy::BadRequestError, "!status=401" => Robofy::UnauthorizedError,
    "!status=403" => Robofy::ForbiddenError, "!status=404" => Robofy::NotFoundError,
    "!status=500" => Robofy::ServerError, "!not-json" => Robofy::ProtocolError,
    "!close=before" => Robofy::InterruptedError
  }.each do |query, kind|
    define_method("test_#{query}_is_a_#{kind}") do
      error = assert_raises(Robofy::Error) { client.whatsapp_chat(**asking(query)) }
      assert_instance_of kind, error
      assert_equal kind, Robofy::STATUSES[error.status]
    end
  end

  def test_a_timeout_ends_a_call
    assert_raises(Robofy::TimeoutError) { client.whatsapp_chat(**asking("!delay-ms=60000", timeout: 0.2)) }
    assert_raises(Robofy::TimeoutError) { client(timeout: 0.2).whatsapp_chat(**asking("!delay-ms=60000")) }
  end

  def test_a_service_that_is_not_there
    error = assert_raises(Robofy::ConnectError) do
      client(base_url: "http://127.0.0.1:1").whatsapp_chat(**asking("Hello"))
    end
    assert_nil error.http_status
    assert_nil error.code
  end

  def test_an_error_is_matched_and_told_by_its_fields
    error = assert_raises(Robofy::Error) { client.whatsapp_chat(**asking("!status=503")) }
    error => { status: :server, http_status: 503, retryable: true }

    assert_equal %i[status message http_status code detail retry_after retryable], error.to_h.keys
  end

  def test_the_library_names_each_status
    names = Robofy::STATUSES.map { |name, kind| [name.to_s, Robofy.status_name(kind::NUMBER)] }

    assert_equal names.map(&:first), names.map(&:last)
    assert_equal %w[ok unknown], [Robofy.status_name(0), Robofy.status_name(99)]
  end

  def test_a_status_of_a_later_library_keeps_its_number
    error = Robofy::Error.of(99, "news")

    assert_instance_of Robofy::Error, error
    assert_equal 99, error.status
  end

  {
    api_key: ["", "\xFF", nil], base_url: ["http://robofy.example"], user_agent: ["line\nbreak", "a\0b", "\xFF"],
    ca_file: ["/no/such/file.pem"], timeout: [0, -1, Float::NAN], connect_timeout: [Float::INFINITY],
    max_retries: [-1, 2**32], max_in_flight: [2**32], max_response_bytes: [0, 2**64], rate_limit: [[0, 1], [], [30, 1, 1]]
  }.each do |name, values|
    values.compact.each do |value|
      define_method("test_the_option_#{name}_refuses_#{value.inspect}") do
        options = { base_url: URL, name => value }
        key = options.delete(:api_key) || "a-test-key"
        error = assert_raises(Robofy::InvalidArgumentError) { Robofy::Client.new(key, **options) }
        assert_includes error.message, name.to_s
      end
    end
  end

  {
    pid: ["", "\0", "\xFF", nil], chatbot_id: ["a\0b"], query: ["", "Hel\0lo", "Hi".dup.force_encoding("UTF-7")], session_id: ["9\0"],
    timeout: [0], user_context: [{ platform: "web" }, { number: Float::NAN }, {}.tap { |own| own[:own] = own }]
  }.each do |name, values|
    values.each do |value|
      define_method("test_the_argument_#{name}_refuses_#{value.inspect}") do
        error = assert_raises(Robofy::InvalidArgumentError) { client.whatsapp_chat(**asking("Hi"), name => value) }
        assert_includes error.message, name.to_s
      end
    end
  end

  def test_a_wrong_type_is_a_type_error
    { pid: 5, query: 5, session_id: :symbol, user_context: "{}", timeout: "5" }.each do |name, value|
      error = assert_raises(TypeError) { client.whatsapp_chat(**asking("Hi"), name => value) }
      assert_includes error.message, name.to_s
    end
    { base_url: 5, timeout: "5", connect_timeout: 1i, logger: 5, max_retries: 1.5, ordered_sessions: 1, rate_limit: 30 }.each do |name, value|
      assert_includes assert_raises(TypeError) { client(name => value) }.message, name.to_s
    end
    assert_raises(TypeError) { Robofy::Client.new(5) }
    assert_raises(ArgumentError) { Robofy::Client.new("key", nonsense: 1) }
  end

  def test_a_closed_client_refuses_calls
    client = self.client
    2.times { client.close }

    [-> { client.whatsapp_chat(**asking("Hi")) }, -> { client.submit(**asking("Hi")) }, -> { client.stats }].each do |use|
      assert_includes assert_raises(RuntimeError, &use).message, "closed"
    end
  end

  def test_a_client_is_not_copied
    assert_raises(TypeError) { client.dup }
  end

  def test_another_ractor_is_told_that_the_main_one_alone_can_chat
    code = 'require "robofy"; begin; Ractor.new { Robofy::Client.new("key") }.take; rescue => e; print e.cause.message; end'
    said = IO.popen(["ruby", "-W0", "-I", LIBRARY, "-e", code], err: File::NULL, &:read)
    assert_includes said, "main Ractor"
  end

  def test_a_library_that_cannot_be_used_is_an_error_that_says_what_to_do
    {
      "/no/such/librobofy.so" => ["/no/such/librobofy.so", "point ROBOFY_LIBRARY to"],
      "libm.so.6" => ["robofy_version", "point ROBOFY_LIBRARY to"],
      "" => ["librobofy.so", "set ROBOFY_LIBRARY"]
    }.each do |path, words|
      code = 'require "robofy"; begin; Robofy.library_version; rescue Robofy::Error => e; print e.class, e.message; end'
      said = IO.popen({ "ROBOFY_LIBRARY" => path }, ["ruby", "-I", LIBRARY, "-e", code], &:read)
      ["Robofy::LibraryError", *words].each { |word| assert_includes said, word }
    end
  end
end
