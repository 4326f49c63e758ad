/* Every function takes NULL for every pointer: nothing crashes, and what must report does. */
#include "service.h"

static void freeing_nothing_is_nothing(void)
{
    robofy_options_free(NULL);
    robofy_client_free(NULL);
    robofy_free_string(NULL);
    robofy_message_free(NULL);
    robofy_reply_free(NULL);
    robofy_completion_free(NULL);
    robofy_stream_free(NULL);
    robofy_stream_event_free(NULL);
    robofy_call_free(NULL);
    robofy_response_free(NULL);
    robofy_upload_free(NULL);
    robofy_leads_free(NULL);
    robofy_page_free(NULL);
    robofy_sessions_free(NULL);
    robofy_settings_free(NULL);
    robofy_parts_free(NULL);
    robofy_webhook_free(NULL);
    robofy_incoming_free(NULL);
    robofy_inbox_options_free(NULL);
    robofy_inbox_free(NULL);
    robofy_outcome_free(NULL);
    robofy_error_free(NULL);
}

static void setting_on_nothing_is_nothing(void)
{
    robofy_options_set_base_url(NULL, "https://agents.robofy.ai");
    robofy_options_set_timeout_ms(NULL, 1);
    robofy_options_set_connect_timeout_ms(NULL, 1);
    robofy_options_set_max_retries(NULL, 1);
    robofy_options_set_retry_ambiguous(NULL, true);
    robofy_options_set_proxy(NULL, "");
    robofy_options_set_ca_file(NULL, "ca.pem");
    robofy_options_set_user_agent(NULL, "product");
    robofy_options_set_max_response_bytes(NULL, 1);
    robofy_options_set_max_in_flight(NULL, 1);
    robofy_options_set_ordered_sessions(NULL, true);
    robofy_options_set_rate_limit(NULL, 30, 1);
    robofy_message_set_query(NULL, "Hello");
    robofy_message_set_session_id(NULL, "session");
    robofy_message_set_user_context(NULL, "{}");
    robofy_message_set_timeout_ms(NULL, 1);
    robofy_message_set_platform(NULL, "web");
    robofy_call_add_query(NULL, "a", "b");
    robofy_call_set_timeout_ms(NULL, 1);
    robofy_call_set_max_response_bytes(NULL, 1);
    robofy_upload_add_text(NULL, "a", "b");
    robofy_upload_add_file(NULL, "a", "b", NULL, NULL);
    robofy_upload_add_bytes(NULL, "a", "b", 1, "c", NULL);
    robofy_leads_set_session_id(NULL, "session");
    robofy_webhook_add_secret(NULL, "secret");
    robofy_inbox_options_set_path(NULL, "/tmp/bot");
    robofy_inbox_options_set_quiet_ms(NULL, 1);
    robofy_inbox_options_set_max_wait_ms(NULL, 1);
    robofy_inbox_options_set_join(NULL, " ");
    robofy_inbox_options_set_max_messages(NULL, 1);
    robofy_inbox_options_set_max_characters(NULL, 1);
    robofy_inbox_options_set_dedup_ms(NULL, 1);
    robofy_inbox_options_set_window_ms(NULL, 1);
    robofy_inbox_options_set_max_pending(NULL, 1);
    robofy_inbox_options_set_groups(NULL, true);
    robofy_inbox_options_set_takeover_ms(NULL, 1);
    robofy_inbox_options_set_typing_ms(NULL, 1);
    robofy_inbox_options_set_fallback(NULL, ROBOFY_STATUS_OK, "Later.");
    robofy_inbox_options_set_media(NULL, ROBOFY_MEDIA_POLICY_IGNORE, NULL);
    robofy_inbox_options_set_stop_words(NULL, "stop", NULL);
    robofy_inbox_options_set_start_words(NULL, "start", NULL);
    robofy_inbox_options_set_limit(NULL, 1);
    robofy_inbox_options_set_dialect(NULL, ROBOFY_DIALECT_AUTO);
    robofy_inbox_options_set_retry_ambiguous(NULL, true);
}

static void no_outcome_has_nothing(void)
{
    CHECK_INT(robofy_outcome_kind(NULL), ROBOFY_OUTCOME_KIND_EXPIRED);
    CHECK(!robofy_outcome_session_id(NULL) && !robofy_outcome_channel_id(NULL));
    CHECK(!robofy_outcome_to(NULL) && !robofy_outcome_recipient(NULL) && !robofy_outcome_reply_to(NULL));
    CHECK(!robofy_outcome_parts(NULL) && !robofy_outcome_reply(NULL) && !robofy_outcome_error(NULL));
    CHECK_INT(robofy_outcome_message_count(NULL), 0);
    CHECK(!robofy_outcome_message_id(NULL, 0) && !robofy_outcome_request(NULL, 0));
}

static void no_inbox_takes_or_gives_anything(void)
{
    RobofyError *error;
    CHECK(!robofy_inbox_new(NULL, PID, CHATBOT, NULL, &error));
    check_error(error, ROBOFY_STATUS_INVALID_ARGUMENT);
    CHECK_CONTAINS(robofy_error_message(error), "client");
    robofy_error_free(error);
    CHECK_INT(robofy_inbox_offer_text(NULL, NULL, "1", "a", "Hello", &error), ROBOFY_ACCEPT_REFUSED);
    check_error(error, ROBOFY_STATUS_INVALID_ARGUMENT);
    CHECK_CONTAINS(robofy_error_message(error), "inbox");
    robofy_error_free(error);
    CHECK(!robofy_inbox_new(NULL, NULL, NULL, NULL, NULL));
    CHECK_INT(robofy_inbox_offer(NULL, NULL, NULL), ROBOFY_ACCEPT_REFUSED);
    CHECK_INT(robofy_inbox_offer_text(NULL, NULL, NULL, NULL, NULL, NULL), ROBOFY_ACCEPT_REFUSED);
    CHECK(!robofy_inbox_sent(NULL, NULL, 0, NULL, NULL));
    CHECK(!robofy_inbox_failed(NULL, NULL, 0, 0, NULL));
    CHECK(!robofy_inbox_pause(NULL, NULL, 0, NULL));
    CHECK(!robofy_inbox_resume(NULL, NULL, NULL));
    CHECK(!robofy_inbox_poll(NULL, 0) && !robofy_inbox_poll(NULL, -1));
    CHECK_INT(robofy_inbox_poll_fd(NULL), -1);
    CHECK(!robofy_inbox_stats(NULL));
}

static void nothing_has_no_properties(void)
{
    CHECK(!robofy_reply_answer(NULL));
    CHECK(!robofy_reply_session_id(NULL));
    CHECK(!robofy_reply_message(NULL));
    CHECK(!robofy_reply_json(NULL));
    CHECK_INT(robofy_reply_attempts(NULL), 0);
    CHECK_INT(robofy_reply_elapsed_us(NULL), 0);
    CHECK_INT(robofy_completion_tag(NULL), 0);
    CHECK(!robofy_completion_reply(NULL));
    CHECK(!robofy_completion_response(NULL));
    CHECK_INT(robofy_response_status(NULL), 0);
    CHECK(!robofy_response_body(NULL));
    CHECK_INT(robofy_response_body_length(NULL), 0);
    CHECK(!robofy_response_data(NULL));
    CHECK(!robofy_response_header(NULL, "a"));
    CHECK(!robofy_response_header(NULL, NULL));
    CHECK_INT(robofy_response_attempts(NULL), 0);
    CHECK_INT(robofy_response_elapsed_us(NULL), 0);
    CHECK_INT(robofy_upload_sent(NULL), 0);
    CHECK_INT(robofy_upload_total(NULL), 0);
    CHECK(!robofy_page_columns(NULL));
    CHECK_INT(robofy_page_count(NULL), 0);
    CHECK(!robofy_page_row(NULL, 0));
    CHECK(!robofy_page_next_token(NULL));
    CHECK_INT(robofy_sessions_count(NULL), 0);
    CHECK(!robofy_sessions_session_id(NULL, 0));
    CHECK(!robofy_sessions_last_message_time(NULL, 0));
    CHECK(!robofy_sessions_last_message(NULL, 0));
    CHECK(!robofy_sessions_user_profile_name(NULL, 0));
    CHECK(!robofy_sessions_last_message_direction(NULL, 0));
    CHECK(!robofy_sessions_website_url(NULL, 0));
    CHECK(!robofy_settings_json(NULL));
    CHECK(!robofy_settings_llm_api_key(NULL));
    CHECK(!robofy_settings_temperature(NULL));
    CHECK(!robofy_settings_thinking_mode(NULL));
    CHECK(!robofy_completion_error(NULL));
    CHECK_INT(robofy_stream_event_kind(NULL), ROBOFY_STREAM_EVENT_KIND_OTHER);
    CHECK(!robofy_stream_event_text(NULL));
    CHECK(!robofy_stream_event_name(NULL));
    CHECK(!robofy_stream_event_json(NULL));
    CHECK(robofy_stream_is_done(NULL));
    CHECK(!robofy_stream_text(NULL));
    CHECK(!robofy_stream_session_id(NULL));
    CHECK(!robofy_stream_cancel(NULL));
    CHECK_INT(robofy_stream_poll_fd(NULL), -1);
    CHECK_INT(robofy_parts_count(NULL), 0);
    CHECK(!robofy_parts_text(NULL, 0));
    CHECK_INT(robofy_incoming_count(NULL), 0);
    CHECK_INT(robofy_incoming_skipped(NULL), 0);
    CHECK(!robofy_incoming_event(NULL, 0));
    CHECK_INT(robofy_error_status(NULL), ROBOFY_STATUS_OK);
    CHECK(!robofy_error_message(NULL));
    CHECK_INT(robofy_error_http_status(NULL), 0);
    CHECK(!robofy_error_code(NULL));
    CHECK(!robofy_error_detail(NULL));
    CHECK(!robofy_error_is_retryable(NULL));
    CHECK_INT(robofy_error_retry_after_ms(NULL), 0);
}

static void no_event_has_nothing(void)
{
    CHECK_INT(robofy_event_kind(NULL), ROBOFY_EVENT_KIND_OTHER);
    CHECK_INT(robofy_event_timestamp_ms(NULL), 0);
    CHECK_INT(robofy_event_error_code(NULL), 0);
    CHECK(!robofy_event_id(NULL));
    CHECK(!robofy_event_session_id(NULL));
    CHECK(!robofy_event_channel_id(NULL));
    CHECK(!robofy_event_phone(NULL));
    CHECK(!robofy_event_user_id(NULL));
    CHECK(!robofy_event_parent_user_id(NULL));
    CHECK(!robofy_event_name(NULL));
    CHECK(!robofy_event_username(NULL));
    CHECK(!robofy_event_group_id(NULL));
    CHECK(!robofy_event_type(NULL));
    CHECK(!robofy_event_text(NULL));
    CHECK(!robofy_event_reply_to(NULL));
    CHECK(!robofy_event_original_id(NULL));
    CHECK(!robofy_event_media_id(NULL));
    CHECK(!robofy_event_media_url(NULL));
    CHECK(!robofy_event_media_type(NULL));
    CHECK(!robofy_event_file_name(NULL));
    CHECK(!robofy_event_status(NULL));
    CHECK(!robofy_event_previous_user_id(NULL));
    CHECK(!robofy_event_previous_phone(NULL));
    CHECK(!robofy_event_json(NULL));
}

static void text_and_webhooks_say_what_is_missing(void)
{
    RobofyError *error;
    CHECK(!robofy_whatsapp_format(NULL, ROBOFY_DIALECT_AUTO, &error));
    check_error(error, ROBOFY_STATUS_INVALID_ARGUMENT);
    CHECK_CONTAINS(robofy_error_message(error), "text");
    robofy_error_free(error);
    CHECK(!robofy_whatsapp_split(NULL, 0, &error));
    CHECK_CONTAINS(robofy_error_message(error), "text");
    robofy_error_free(error);
    CHECK(!robofy_reply_parts(NULL, 0));
    CHECK(!robofy_webhook_challenge(NULL, "hub.mode=subscribe", "token"));
    CHECK(!robofy_webhook_read(NULL, NULL, NULL, "{}", 2, &error));
    check_error(error, ROBOFY_STATUS_INVALID_ARGUMENT);
    CHECK_CONTAINS(robofy_error_message(error), "webhook");
    robofy_error_free(error);
    CHECK(!robofy_webhook_read(NULL, NULL, NULL, NULL, 0, NULL));
    CHECK(!robofy_whatsapp_format(NULL, 9, NULL));
    CHECK(!robofy_whatsapp_split(NULL, 1, NULL));
    CHECK(!robofy_webhook_new(9, NULL, NULL));
}

static void every_call_fails_without_a_client(void)
{
    RobofyError *error;
    RobofyMessage *message = robofy_message_new(PID, CHATBOT, "Hello");
    CHECK(!robofy_whatsapp_send(NULL, message, &error));
    check_error(error, ROBOFY_STATUS_INVALID_ARGUMENT);
    CHECK_CONTAINS(robofy_error_message(error), "client");
    robofy_error_free(error);
    CHECK(!robofy_whatsapp_chat(NULL, PID, CHATBOT, NULL, "Hello", &error));
    check_error(error, ROBOFY_STATUS_INVALID_ARGUMENT);
    CHECK_CONTAINS(robofy_error_message(error), "client");
    robofy_error_free(error);
    CHECK(!robofy_whatsapp_submit(NULL, message, 1, &error));
    check_error(error, ROBOFY_STATUS_INVALID_ARGUMENT);
    CHECK_CONTAINS(robofy_error_message(error), "client");
    robofy_error_free(error);
    CHECK(!robofy_stream_open(NULL, "/", message, &error));
    check_error(error, ROBOFY_STATUS_INVALID_ARGUMENT);
    CHECK_CONTAINS(robofy_error_message(error), "client");
    robofy_error_free(error);
    CHECK(!robofy_stream_next(NULL, -1, &error));
    check_error(error, ROBOFY_STATUS_INVALID_ARGUMENT);
    CHECK_CONTAINS(robofy_error_message(error), "stream");
    robofy_error_free(error);
    CHECK(!robofy_chat_send(NULL, message, &error));
    CHECK_CONTAINS(robofy_error_message(error), "client");
    robofy_error_free(error);
    CHECK(!robofy_chat_submit(NULL, message, 1, &error));
    CHECK_CONTAINS(robofy_error_message(error), "client");
    robofy_error_free(error);
    robofy_message_free(message);
    CHECK(!robofy_client_request(NULL, "GET", "/", NULL, NULL, NULL, &error));
    CHECK_CONTAINS(robofy_error_message(error), "client");
    robofy_error_free(error);
    CHECK(!robofy_leads_next(NULL, NULL, NULL, &error));
    CHECK_CONTAINS(robofy_error_message(error), "leads");
    robofy_error_free(error);
}

/* Not even with a timeout of for ever. */
static void nothing_is_collected_without_a_client(void)
{
    CHECK(!robofy_client_poll(NULL, 0));
    CHECK(!robofy_client_poll(NULL, -1));
    CHECK_INT(robofy_client_poll_fd(NULL), -1);
    CHECK(!robofy_client_cancel(NULL, 1));
    CHECK(!robofy_client_stats(NULL));
}

static void an_error_need_not_be_taken(void)
{
    RobofyMessage *message = robofy_message_new(NULL, NULL, NULL);
    CHECK(message != NULL);
    CHECK(!robofy_client_new(NULL, NULL, NULL));
    CHECK(!robofy_whatsapp_send(NULL, NULL, NULL));
    CHECK(!robofy_whatsapp_send(NULL, message, NULL));
    CHECK(!robofy_whatsapp_submit(NULL, message, 0, NULL));
    CHECK(!robofy_whatsapp_submit(NULL, NULL, 0, NULL));
    CHECK(!robofy_chat_send(NULL, NULL, NULL));
    CHECK(!robofy_chat_submit(NULL, NULL, 0, NULL));
    CHECK(!robofy_client_request(NULL, NULL, NULL, NULL, NULL, NULL, NULL));
    CHECK(!robofy_request_submit(NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL));
    CHECK(!robofy_client_upload(NULL, NULL, NULL, NULL, NULL));
    CHECK(!robofy_upload_submit(NULL, NULL, NULL, NULL, 0, NULL));
    CHECK(!robofy_inbox_sessions(NULL, NULL, NULL, NULL));
    CHECK(!robofy_agent_settings(NULL, NULL, NULL, NULL, NULL));
    RobofyLeads *leads = robofy_leads_new(NULL, NULL);
    CHECK(leads && !robofy_leads_next(leads, NULL, NULL, NULL));
    robofy_leads_free(leads);
    CHECK(!robofy_whatsapp_chat(NULL, NULL, NULL, NULL, NULL, NULL));
    CHECK(!robofy_stream_open(NULL, NULL, NULL, NULL));
    CHECK(!robofy_stream_next(NULL, 0, NULL));
    robofy_message_free(message);
}

static void options_are_not_needed(void)
{
    RobofyError *error;
    RobofyClient *client = robofy_client_new(KEY, NULL, &error);
    CHECK(client && !error);
    robofy_client_free(client);
    client = robofy_client_new(KEY, NULL, NULL);
    CHECK(client != NULL);
    robofy_client_free(client);
}

int main(void)
{
    CHECK(robofy_version() != NULL);
    freeing_nothing_is_nothing();
    setting_on_nothing_is_nothing();
    nothing_has_no_properties();
    no_event_has_nothing();
    no_outcome_has_nothing();
    no_inbox_takes_or_gives_anything();
    text_and_webhooks_say_what_is_missing();
    every_call_fails_without_a_client();
    nothing_is_collected_without_a_client();
    an_error_need_not_be_taken();
    options_are_not_needed();
    return checks_result();
}
