/* Uploads: from a file and from memory, with a progress that another thread looks at. */
#include <pthread.h>
#include <stdatomic.h>

#include "submitted.h"

#define PATH "/v1/ai-agent/files"

static atomic_bool sent;

static void *watch(void *upload)
{
    uint64_t before = 0;
    while (!sent) {
        uint64_t now = robofy_upload_sent(upload);
        CHECK(now >= before);
        before = now;
        sleep_ms(1);
    }
    return NULL;
}

static void a_file_and_a_field(const RobofyClient *client, const char *file, uint64_t bytes)
{
    RobofyError *error;
    RobofyUpload *upload = robofy_upload_new();
    robofy_upload_add_text(upload, "chatbot_id", CHATBOT);
    robofy_upload_add_file(upload, "file", file, "prices.pdf", NULL);
    robofy_upload_add_bytes(upload, "file", "a\0b", 3, "three.md", "text/x-three");
    robofy_upload_add_bytes(upload, "empty", NULL, 0, "empty.txt", NULL);
    CHECK_INT(robofy_upload_total(upload), 0);
    RobofyCall *call = robofy_call_new();
    robofy_call_set_max_response_bytes(call, 64 << 20);
    pthread_t watcher;
    sent = false;
    CHECK_INT(pthread_create(&watcher, NULL, watch, upload), 0);
    RobofyResponse *response = robofy_client_upload(client, PATH, upload, call, &error);
    sent = true;
    pthread_join(watcher, NULL);
    if (!CHECK(response && !error))
        fprintf(stderr, "    %s\n", robofy_error_message(error));
    robofy_error_free(error);
    robofy_call_free(call);
    CHECK_AT_LEAST(robofy_upload_total(upload), bytes);
    CHECK_INT(robofy_upload_sent(upload), robofy_upload_total(upload));
    const char *data = robofy_response_data(response);
    CHECK_CONTAINS(data, "name=\\\"chatbot_id\\\"\\r\\n\\r\\n" CHATBOT "\\r\\n");
    CHECK_CONTAINS(data, "filename=\\\"prices.pdf\\\"\\r\\nContent-Type: application/pdf");
    CHECK_CONTAINS(data, "filename=\\\"three.md\\\"\\r\\nContent-Type: text/x-three\\r\\n\\r\\na\\u0000b\\r\\n");
    CHECK_CONTAINS(data, "filename=\\\"empty.txt\\\"");
    robofy_response_free(response);
    CHECK(robofy_upload_submit(client, PATH, upload, NULL, 5, &error));
    robofy_upload_free(upload);
    RobofyCompletion *completion = robofy_client_poll(client, PATIENCE_MS);
    CHECK_INT(robofy_completion_tag(completion), 5);
    CHECK(robofy_completion_response(completion) || robofy_completion_error(completion));
    robofy_completion_free(completion);
}

static void check_refused(const RobofyClient *client, RobofyUpload *upload, const char *parameter)
{
    RobofyError *error;
    checks_of = parameter;
    CHECK(!robofy_client_upload(client, PATH, upload, NULL, &error));
    check_error(error, ROBOFY_STATUS_INVALID_ARGUMENT);
    CHECK_CONTAINS(robofy_error_message(error), parameter);
    robofy_error_free(error);
    robofy_upload_free(upload);
    checks_of = "";
}

static void what_cannot_be_sent_is_refused_by_name(const RobofyClient *client)
{
    check_refused(client, NULL, "upload ");
    check_refused(client, robofy_upload_new(), "upload ");
    RobofyUpload *upload = robofy_upload_new();
    robofy_upload_add_text(upload, NULL, "a");
    check_refused(client, upload, "name ");
    upload = robofy_upload_new();
    robofy_upload_add_text(upload, "a\r\nX: y", "a");
    check_refused(client, upload, "name ");
    upload = robofy_upload_new();
    robofy_upload_add_text(upload, "a", NULL);
    check_refused(client, upload, "value ");
    upload = robofy_upload_new();
    robofy_upload_add_file(upload, "a", NULL, NULL, NULL);
    check_refused(client, upload, "path ");
    upload = robofy_upload_new();
    robofy_upload_add_file(upload, "a", "/nonexistent/x.pdf", NULL, NULL);
    check_refused(client, upload, "/nonexistent/x.pdf: No such file");
    upload = robofy_upload_new();
    robofy_upload_add_file(upload, "a", "/dev/zero", NULL, NULL);
    check_refused(client, upload, "no regular file");
    upload = robofy_upload_new();
    robofy_upload_add_bytes(upload, "a", NULL, 1, "b", NULL);
    check_refused(client, upload, "bytes ");
    upload = robofy_upload_new();
    robofy_upload_add_bytes(upload, "a", "b", 1, NULL, NULL);
    check_refused(client, upload, "file_name ");
    upload = robofy_upload_new();
    robofy_upload_add_bytes(upload, "a", "b", 1, "c", "no type");
    check_refused(client, upload, "content_type ");
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return usage("uploads URL CA_FILE|- FILE BYTES");
    RobofyClient *client = client_trusting(argv[1], argv[2]);
    a_file_and_a_field(client, argv[3], strtoull(argv[4], NULL, 10));
    what_cannot_be_sent_is_refused_by_name(client);
    robofy_client_free(client);
    return checks_result();
}
