// A status that a later library adds, and this header does not have, is a plain Error of that number.
#include "check.hpp"

static constexpr robofy::Status later = static_cast<robofy::Status>(99);

int main(int, char **argv)
{
    const robofy::Client client = client_of(argv[1], robofy::Options().set_max_retries(0));
    const auto error = CHECK_THROWS(robofy::Error, client.send(message_of("!status=401")));
    CHECK_EQUAL(error.value().status(), later);
    CHECK_EQUAL(error->http_status(), 401);
    bool has_a_class = true;
    try {
        client.send(message_of("!status=401"));
    } catch (const robofy::UnauthorizedError &) {
    } catch (const robofy::InternalError &) {
    } catch (const robofy::Error &) {
        has_a_class = false;
    }
    CHECK(!has_a_class);
    client.submit(message_of("!status=401"), 1);
    const robofy::Completion done = client.poll();
    CHECK_EQUAL(done.status(), later);
    CHECK(done.error().has_value());
    return checks_result();
}
