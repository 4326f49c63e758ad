package ai.robofy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** The library's own cases, in a file or more for each channel: ROBOFY_WEBHOOKS names their folder. */
@EnabledIfEnvironmentVariable(named = "ROBOFY_WEBHOOKS", matches = ".+")
@NeedsStandin
class WebhookCasesTest {
    @Test
    void everyBodyIsReadAsItsCaseSays() throws Exception {
        int count = 0;
        for (File file : new File(System.getenv("ROBOFY_WEBHOOKS")).listFiles((folder, name) -> name.endsWith(".json"))) {
            Channel channel = Channel.valueOf(file.getName().split("[_.]")[0].toUpperCase(Locale.ROOT));
            try (Webhook webhook = new Webhook(channel)) {
                for (Object each : (List<?>) Json.read(Files.readString(file.toPath()))) {
                    Map<?, ?> data = (Map<?, ?>) each;
                    String what = channel + ": " + data.get("name");
                    String body = data.get("body") instanceof String form ? form : Json.write(data.get("body"));
                    Incoming incoming = webhook.read(body.getBytes(UTF_8), null);
                    var events = StreamSupport.stream(incoming.spliterator(), false).map(WebhookCasesTest::shown).toList();
                    assertEquals(data.get("events"), events, what);
                    assertEquals(data.containsKey("skipped") ? data.get("skipped") : 0, incoming.skipped(), what);
                    incoming.forEach(event -> assertTrue(body.contains(event.json()), what));
                    count++;
                }
            }
        }
        assertTrue(count > 100, count + " cases");
    }

    /** What an event has, by the names of C's getters; not what is as received. */
    private static Map<String, Object> shown(Event event) {
        Map<String, Object> shown = new HashMap<>();
        try {
            for (RecordComponent each : Event.class.getRecordComponents()) {
                shown.put(each.getName().replaceAll("[A-Z]", "_$0").toLowerCase(Locale.ROOT), each.getAccessor().invoke(event));
            }
        } catch (ReflectiveOperationException error) {
            throw new AssertionError(error);
        }
        shown.remove("json");
        shown.put("kind", event.kind().name());
        if (shown.remove("timestamp") instanceof Instant time) {
            shown.put("timestamp_ms", Json.read(String.valueOf(time.toEpochMilli())));
        }
        shown.values().removeIf(value -> value == null);
        return shown;
    }
}
