# frozen_string_literal: true

require "minitest/autorun"
require "rbs"
require "robofy"

class TestSignatures < Minitest::Test
  def test_the_rbs_has_each_public_method
    loader = RBS::EnvironmentLoader.new
    loader.add(path: Pathname(File.expand_path("../sig", __dir__)))
    builder = RBS::DefinitionBuilder.new(env: RBS::Environment.from_loader(loader).resolve_type_names)
    [Robofy::Client, Robofy::FakeClient, Robofy::Chat, Robofy::Reply, Robofy::Response, Robofy::Upload,
     Robofy::Session, Robofy::AgentSettings, Robofy::StreamEvent, Robofy::Stream, Robofy::Event,
     Robofy::Incoming, Robofy::Webhook, Robofy::Inbox, Robofy::Outcome, Robofy::Part, *Robofy::STATUSES.values].each do |kind|
      declared = builder.build_instance(RBS::TypeName(kind.name).absolute!).methods.keys
      assert_empty kind.public_instance_methods(false).grep_v(/=\z/) - declared - %i[settle pointer], kind.name
    end
  end
end
