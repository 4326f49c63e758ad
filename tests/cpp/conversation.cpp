// WhatsApp text, and webhooks that are verified and read.
#include <string_view>
#include <vector>

#include "check.hpp"

/* As Meta writes it: ASCII alone, and a slash escaped. One message has nobody who sent it. */
static constexpr std::string_view body =
    "{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":\"1\",\"changes\":[{\"field\":\"messages\",\"value\":{"
    "\"metadata\":{\"phone_number_id\":\"106\"},\"contacts\":[{\"profile\":{\"name\":\"Ren\\u00e9\"},"
    "\"wa_id\":\"16505551234\"}],\"messages\":[{\"from\":\"16505551234\",\"id\":\"wamid.1\","
    "\"timestamp\":\"1749416383\",\"type\":\"text\",\"context\":{\"id\":\"wamid.0\"},"
    "\"text\":{\"body\":\"caf\\u00e9 \\/\"}},{\"type\":\"text\",\"text\":{\"body\":\"nobody\"}}],"
    "\"statuses\":[{\"id\":\"wamid.2\",\"status\":\"failed\",\"recipient_id\":\"16505551234\","
    "\"errors\":[{\"code\":131026}]}]}}]}]}";
static const char by_app_secret[] = "sha256=563a4df67f688e93ea728524bedcdbde2d27095c41feefe2288dc5c57b55cbc2";
static const char by_new_secret[] = "sha256=37514c8245f64ac3d1d3643ffc2aa726f8de8c6a86573975742c1befcf473a47";

static void a_text_is_formatted_and_split()
{
    using robofy::Dialect;
    const std::vector<std::string> two = {"One. Two.\n\n", "Three. Four."};
    CHECK_EQUAL(robofy::format("**Order 12** is ready"), "*Order 12* is ready");
    CHECK_EQUAL(robofy::format(std::string_view("*x*"), Dialect::markdown), "_x_");
    CHECK_EQUAL(robofy::format("AT&amp;T", Dialect::whatsapp), "AT&T");
    CHECK(robofy::split("One. Two.\n\nThree. Four.", 14) == two);
    CHECK(robofy::split(" ").empty());
    CHECK_CONTAINS(CHECK_THROWS(robofy::InvalidArgumentError, robofy::format("caf\xe9")).value().what(), "text");
    CHECK_THROWS(robofy::InvalidArgumentError, robofy::split(nullptr));
    CHECK_THROWS(robofy::InvalidArgumentError, robofy::format("x", static_cast<Dialect>(9)));
}

static void a_reply_has_its_parts(const robofy::Client &client)
{
    robofy::Reply reply = client.send(message_of("!answer=**bold**"));
    CHECK(robofy::parts(reply) == std::vector<std::string>{"*bold*"});
    const robofy::Reply moved = std::move(reply);
    CHECK_EQUAL(robofy::parts(moved, 4).size(), 2u);
    CHECK(robofy::parts(reply).empty());
}

static void what_came_in_is_told()
{
    const robofy::Webhook webhook(robofy::Channel::meta, "app-secret");
    const robofy::Incoming incoming = webhook.read(body, by_app_secret);
    CHECK_EQUAL(incoming.size(), 2u);
    CHECK_EQUAL(incoming.skipped(), 1u);
    std::string told;
    for (const robofy::Event &event : incoming)
        told += std::string(event.id().value_or("?")) + " ";
    CHECK_EQUAL(told, "wamid.1 wamid.2 ");
    const robofy::Event event = incoming[0];
    CHECK(event.kind() == robofy::EventKind::text);
    CHECK_EQUAL(event.session_id(), "16505551234");
    CHECK_EQUAL(event.text(), "caf\xc3\xa9 /");
    CHECK(event.timestamp() == 1749416383000ms);
    CHECK(!event.error_code() && !event.status() && !event.user_id());
    CHECK_EQUAL(incoming[1].status(), std::string("failed"));
    CHECK(incoming[1].error_code() == 131026);
}

static void what_is_wrong_is_told_apart()
{
    const auto webhook = robofy::Webhook(robofy::Channel::meta, "other").add_secret("app-secret");
    CHECK_EQUAL(webhook.read(body, by_app_secret).size(), 2u);
    CHECK_THROWS(robofy::SignatureError, webhook.read(body, by_new_secret));
    CHECK_THROWS(robofy::SignatureError, webhook.read(body, nullptr));
    CHECK_THROWS(robofy::SignatureError, webhook.read(body.substr(1), by_app_secret));
    CHECK_THROWS(robofy::InvalidArgumentError, robofy::Webhook(robofy::Channel::meta, ""));
    CHECK_THROWS(robofy::InvalidArgumentError, robofy::Webhook(static_cast<robofy::Channel>(9), nullptr));
    const robofy::Webhook unsigned_ones(robofy::Channel::meta, nullptr);
    CHECK_EQUAL(unsigned_ones.read("{}", nullptr).size(), 0u);
    CHECK_THROWS(robofy::InvalidArgumentError, unsigned_ones.read("{", nullptr));
    const std::string_view query = "hub.mode=subscribe&hub.challenge=42&hub.verify_token=mine";
    CHECK_EQUAL(webhook.challenge(query, "mine"), "42");
    CHECK(!webhook.challenge(query, "yours"));
}

int main(int, char **argv)
{
    a_text_is_formatted_and_split();
    a_reply_has_its_parts(client_of(argv[1]));
    what_came_in_is_told();
    what_is_wrong_is_told_apart();
    return checks_result();
}
