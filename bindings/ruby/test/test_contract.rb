# frozen_string_literal: true

require_relative "service_test"
require_relative "contract_calls"
require "fileutils"
require "net/http"
require "timeout"
require "tmpdir"

# The promises that all bindings make, with the cases of bindings/contract/contract.json.
class TestContract < ServiceTest
  FILE = ENV.fetch("ROBOFY_CONTRACT") { File.expand_path("../../contract/contract.json", __dir__) }
  # JSON.parse refuses half a surrogate pair, which is in cases that a String cannot hold.
  CONTRACT = JSON.parse(File.read(FILE).gsub(/(?<!\\)\\u[dD][89a-fA-F]\h\h/, "?"), symbolize_names: true)
  PROGRAM = <<~RUBY
    require "robofy"
    client = Robofy::Client.new(pid: "31415", chatbot_id: "DKDvwn", base_url: ENV["ROBOFY_BASE_URL"])
  RUBY

  def self.promise(id, &block)
    cases = CONTRACT[:promises].find { |promise| promise[:id] == id.to_s }.fetch(:cases, [{}])
    define_method("test_#{id}") do
      cases.each { |one| instance_exec(one, &block) unless one[:needs] }
      results = ENV.fetch("ROBOFY_CONTRACT_RESULTS", nil)
      File.write(results, "#{id}\n", mode: "a") if results
    end
  end

  promise(:typed_errors) do |expected|
    client = self.client(base_url: expected.fetch(:base_url, URL))
    timeout = expected[:timeout_ms]&.fdiv(1000)
    error = assert_raises(Robofy::Error) { client.whatsapp_chat(**asking(expected[:query], timeout: timeout)) }
    assert_error(expected, error)
  end

  promise(:texts) { |text| assert_arrives(text[:arrives], text[:query]) }
  promise(:invalid_utf8) { |text| assert_arrives(text[:arrives], text[:query_bytes].pack("C*")) }

  promise(:nul) do |expected|
    client = self.client
    error = assert_raises(Robofy::InvalidArgumentError) { client.whatsapp_chat(**asking(expected[:query])) }

    assert_equal [expected[:status], 0], [error.status.to_s, client.stats[:failed].values.sum]
    assert_includes error.message, expected[:names]
  end

  promise(:answers) do |expected|
    ask = -> { client.whatsapp_chat(**asking(expected[:query])).answer }
    next assert_equal(expected[:answer], ask.call) if expected[:answer]

    error = assert_raises(Robofy::Error, &ask)
    assert_equal [expected[:status], expected[:http_status]], [error.status.to_s, error.http_status]
  end

  promise(:many) do |many|
    client = self.client
    numbers = (1..many[:chats]).map(&:to_s)
    within(many) do
      chats = numbers.map { |number| client.submit(**asking(many[:query].sub("{n}", number))) }
      assert_equal numbers, chats.map { |chat| chat.value.answer }
    end
  end

  promise(:order) do |order|
    client = self.client(ordered_sessions: true)
    chats = order[:queries].map { |query| client.submit(**asking(query, session_id: order[:session_id])) }
    chats.last.wait

    assert chats.all?(&:done?), "the last has ended before another"
    assert_equal order[:answers], chats.map { |chat| chat.value.answer }
  end

  promise(:cancel) do |cancel|
    chat = client.submit(**asking(cancel[:query]))
    sleep cancel[:after_ms] / 1000.0
    within(cancel) do
      assert chat.cancel
      assert_equal cancel[:status], assert_raises(Robofy::Error) { chat.value }.status.to_s
    end
  end

  promise(:overloaded) do |overloaded|
    client = self.client(max_in_flight: overloaded[:max_in_flight])
    first = client.submit(**asking(overloaded[:first]))

    refused = "#{overloaded[:query]} #{rand}"
    error = assert_raises(Robofy::Error) { client.submit(**asking(refused)) }
    assert_equal overloaded[:status], error.status.to_s
    assert_equal "first", first.value.answer
    assert_includes received, overloaded[:first]
    refute_includes received, refused
  end

  promise(:closed) do
    client = self.client
    2.times { client.close }
    assert_includes assert_raises(RuntimeError) { client.whatsapp_chat(**asking("Hi")) }.message, "closed"
  end

  promise(:fork) do
    client = self.client
    client.whatsapp_chat(**asking("Hello"))
    child = fork do
      exit!(Timeout.timeout(60) { client.whatsapp_chat(**asking("!answer=child")).answer == "child" })
    rescue Timeout::Error
      exit!(false)
    end
    Process.wait(child)
    assert_predicate $?, :success?
  end

  promise(:exit) do |ends|
    program = "#{PROGRAM}client.submit(query: #{ends[:query].inspect})\nsleep 0.2\nexit 7"
    within(ends) { system("ruby", "-I", LIBRARY, "-e", program) }
    assert_equal 7, $?.exitstatus
  end

  promise(:interrupt) do |interrupt|
    program = <<~RUBY
      #{PROGRAM}
      $stdout.sync = true
      puts "begun"
      begin
        client.whatsapp_chat(query: #{interrupt[:query].inspect})
      rescue Interrupt
        puts "interrupted"
      end
    RUBY
    IO.popen(["ruby", "-I", LIBRARY, "-e", program]) do |child|
      assert_equal "begun\n", child.gets
      sleep interrupt[:after_ms] / 1000.0
      Process.kill(:INT, child.pid)
      within(interrupt) { assert_equal "interrupted\n", child.read }
    end
  end

  promise(:leak) do |leak|
    client = self.client
    part = lambda do
      (leak[:chats] / 20).times do
        client.whatsapp_chat(**asking("!huge=4000"))
        assert_raises(Robofy::Error) { client.whatsapp_chat(**asking("!status=401 detail=#{"x" * 4000}")) }
      end
      (leak[:clients] / 10).times { self.client.tap { |other| other.whatsapp_chat(**asking("Hello")) }.close }
    end

    assert_operator growth(&part), :<, leak[:grows_mb] * MEGABYTE
  end

  promise(:credentials) do |credentials|
    agent = { pid: "once-pid", chatbot_id: "once-chatbot", base_url: URL }
    with_env("ROBOFY_API_KEY" => "the-environments") do
      assert_sends Robofy::Client.new(**agent), "the-environments", "once-pid", "once-chatbot"
      assert_sends Robofy::Client.new("given", **agent), "given", "own-pid", "once-chatbot", pid: "own-pid"
    end
    [nil, credentials[:environments_key]].each do |none|
      with_env("ROBOFY_API_KEY" => none) do
        error = assert_raises(Robofy::Error) { Robofy::Client.new }
        assert_equal credentials[:status], error.status.to_s
        assert_includes error.message, "set #{credentials[:names]}"
      end
    end
    error = assert_raises(Robofy::InvalidArgumentError) { client.whatsapp_chat(query: "Hi", pid: "1") }
    assert_includes error.message, "chatbot_id is missing"
  end

  promise(:loading) do
    Dir.mktmpdir do |directory|
      FileUtils.cp_r(LIBRARY, directory)
      beside = "#{directory}/lib/librobofy.so"
      wrong = "#{directory}/system/librobofy.so.0"
      Dir.mkdir(File.dirname(wrong))
      version = 'const char *robofy_version(void) { return "9.8.7"; }'
      IO.popen(%W[cc -shared -x c -o #{wrong} -], "w") { |cc| cc << version }
      library = ENV.fetch("ROBOFY_LIBRARY")
      load = ->(chosen) { loaded_by("#{directory}/lib", chosen, File.dirname(wrong)) }

      assert_equal Robofy.library_version, load.call(library)
      refused = "#{wrong} is robofy 9.8.7, and this package is robofy #{Robofy::VERSION}: point ROBOFY_LIBRARY to"
      assert_includes load.call(wrong), refused
      assert_includes load.call("/no/such.so"), "cannot be loaded (/no/such.so: "
      assert_includes load.call(""), "librobofy.so.0 is robofy 9.8.7"
      assert_includes load.call(""), "set ROBOFY_LIBRARY to the path"
      FileUtils.ln_sf(library, wrong)
      File.write(beside, "broken")
      broken = load.call("")
      assert_match(/\Athe robofy library cannot be loaded \(#{beside}: [^;]*\): only the file beside the package/, broken)
      FileUtils.ln_sf(library, beside)
      assert_equal Robofy.library_version, load.call("")
    end
  end

  include ContractCalls

  private

  def assert_error(expected, error)
    assert_equal Robofy::STATUSES[expected[:status].to_sym], error.class
    told = error.to_h.merge(status: error.status.to_s, http_status: error.http_status.to_i,
                            retry_after_ms: (error.retry_after.to_f * 1000).round)
    fields = expected.slice(*told.keys)
    assert_equal fields, told.slice(*fields.keys)
    assert_includes error.message, expected.fetch(:names, "")
  end

  def assert_arrives(expected, text)
    more = { session_id: text, user_context: { "note" => text, "list" => [text] } }
    sent = JSON.parse(client.whatsapp_chat(**asking("!echo", **more)).answer)["user_context"]
    assert_equal [expected, expected, [expected]], sent.values_at("session_id", "note", "list")
    assert_includes client.whatsapp_chat(**asking(text)).answer, expected
  end

  def within(limit, &block)
    Timeout.timeout(limit[:within_ms] / 1000.0, &block)
  end

  # The queries that the stand-in has received.
  def received
    requests.map { |request| request["body"] }.grep(Hash).filter_map { |body| body["query"] }
  end

  def requests
    JSON.parse(Net::HTTP.get(URI("#{URL}/standin/requests")))
  end

  def assert_sends(client, *words, **message)
    query = "Hello #{rand}"
    client.whatsapp_chat(query: query, **message)
    request = requests.map { |each| JSON.generate(each) }.find { |text| text.include?(query) }
    words.each { |word| assert_includes request, word }
  end

  def loaded_by(lib, chosen, system)
    code = 'require "robofy"; print(begin Robofy.library_version; rescue Robofy::Error => e; e.message; end)'
    IO.popen({ "ROBOFY_LIBRARY" => chosen, "LD_LIBRARY_PATH" => system }, ["ruby", "-I", lib, "-e", code], &:read)
  end

  def with_env(variables)
    before = variables.to_h { |name, _| [name, ENV.fetch(name, nil)] }
    ENV.update(variables)
    yield
  ensure
    ENV.update(before)
  end
end
