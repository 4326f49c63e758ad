/* Makes the store of an inbox in a folder, with one session of each kind; with a second argument it keeps it open until standard
 * input ends. */
#include <robofy.h>
#include <stdio.h>
#include <stdlib.h>

static RobofyOutcome *next(const RobofyInbox *inbox, RobofyOutcomeKind kind)
{
    RobofyOutcome *outcome = robofy_inbox_poll(inbox, 60000);
    while (outcome && robofy_outcome_kind(outcome) != kind) {
        robofy_outcome_free(outcome);
        outcome = robofy_inbox_poll(inbox, 60000);
    }
    return outcome;
}

int main(int argc, char **argv)
{
    RobofyError *error;
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_base_url(options, getenv("ROBOFY_BASE_URL"));
    RobofyClient *client = robofy_client_new("key", options, NULL);
    RobofyInboxOptions *how = robofy_inbox_options_new();
    robofy_inbox_options_set_path(how, argv[1]);
    robofy_inbox_options_set_quiet_ms(how, 0);
    robofy_inbox_options_set_stop_words(how, "stop", NULL);
    RobofyInbox *inbox = robofy_inbox_new(client, "pid", "bot", how, &error);
    if (!inbox)
        return fputs(robofy_error_message(error), stderr), 1;
    if (argc > 2)
        return puts("open"), fflush(stdout), getchar() != EOF;

    robofy_inbox_offer_text(inbox, "106", "1650", "m1", "Hello\nthere", &error);
    RobofyOutcome *answer = next(inbox, ROBOFY_OUTCOME_KIND_ANSWER);
    robofy_inbox_offer_text(inbox, "106", "1650", "m2", "And on Sundays?", &error);
    robofy_inbox_offer_text(inbox, "106", "1651", "m3", "stop", &error);
    RobofyOutcome *notice = next(inbox, ROBOFY_OUTCOME_KIND_NOTICE);
    robofy_inbox_pause(inbox, "1652", 3600000, &error);
    int is_made = answer && notice && !error;
    robofy_outcome_free(answer);
    robofy_outcome_free(notice);
    robofy_inbox_free(inbox);
    robofy_inbox_options_free(how);
    robofy_client_free(client);
    robofy_options_free(options);
    return !is_made;
}
