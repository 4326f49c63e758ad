package ai.robofy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class FakeClientTest {
    @Test
    void aFailureIsRetryableWhereTheLibrarysAlwaysAre() {
        FakeClient fake = new FakeClient();
        for (Status status : List.of(Status.CONNECT, Status.RATE_LIMITED, Status.SERVER)) {
            fake.fails(status, "no");
            var failure = assertThrows(RobofyException.class, () -> fake.whatsappChat(new Message("Hi")));
            assertEquals(status != Status.SERVER, failure.isRetryable());
        }
    }

    @Test
    void itAnswersAsItWasToldAndKeepsWhatItWasAsked() throws Exception {
        FakeClient fake = new FakeClient()
                .answers("Hello!")
                .fails(Status.RATE_LIMITED, "too many", true, Duration.ofSeconds(7))
                .fails(Status.INTERRUPTED, "lost");
        Message first = new Message("Hi").withSessionId("918727000000");
        ChatClient client = fake;
        assertEquals("Hello!", client.whatsappChat(first).answer());
        var limited = assertThrows(RobofyException.RateLimited.class, () -> client.whatsappChat(new Message("Again")));
        assertTrue(limited.isRetryable());
        assertEquals("rate_limited", limited.status().label());
        assertEquals(Optional.of(Duration.ofSeconds(7)), limited.retryAfter());
        var lost = assertThrows(ExecutionException.class, () -> client.whatsappChatAsync(new Message("Third")).get());
        assertInstanceOf(RobofyException.ConnectionLost.class, lost.getCause());
        assertEquals(List.of(first, new Message("Again"), new Message("Third")), fake.messages());
        assertThrows(IllegalStateException.class, () -> client.whatsappChat(first), "the script is at its end");
        client.close();
        assertThrows(IllegalStateException.class, () -> client.whatsappChat(first));
    }
}
