import ai.robofy.*;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

class Gateway {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** The HTTP status to answer a webhook with. */
    static int received(Webhook webhook, Inbox inbox, byte[] body, String signature) {
        try {
            for (Event event : webhook.read(body, signature)) {
                inbox.offer(event);
            }
            return 200;
        } catch (RobofyException.Signature stranger) {
            return 401;
        } catch (RobofyException.InvalidArgument unreadable) {
            return 400;
        } catch (RobofyException notKept) {
            return 503; // the channel sends it again
        }
    }

    static void send(Inbox inbox, Outcome outcome) throws InterruptedException {
        if (outcome.kind() == OutcomeKind.TYPING) {
            post(outcome, 0);
            return;
        }
        for (int part = 0; part < outcome.parts().size(); part++) {
            HttpResponse<String> response = post(outcome, part);
            if (response == null || response.statusCode() >= 300) {
                int code = response == null ? -1 : response.statusCode();
                String own = response == null ? null : found("\"code\":\\s*(\\d+)", response.body());
                inbox.failed(outcome, part, own == null ? code : Integer.parseInt(own));
                return; // what is left comes again
            }
            inbox.sent(outcome, part, found("\"id\":\\s*\"([^\"]+)", response.body()));
        }
    }

    /** Null where the connection was lost. */
    static HttpResponse<String> post(Outcome outcome, int part) throws InterruptedException {
        URI messages = URI.create(System.getenv("GRAPH_URL") + "/" + outcome.channelId() + "/messages");
        HttpRequest request = HttpRequest.newBuilder(messages)
                .header("Authorization", "Bearer " + System.getenv("META_TOKEN"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(outcome.request(part)))
                .build();
        try {
            return HTTP.send(request, BodyHandlers.ofString());
        } catch (IOException lost) {
            return null;
        }
    }

    static String found(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        return matcher.find() ? matcher.group(1) : null;
    }

    static void answer(HttpExchange exchange, Webhook webhook, Inbox inbox) throws IOException {
        try (exchange) {
            byte[] told = {};
            int status;
            if (exchange.getRequestMethod().equals("GET")) {
                String query = exchange.getRequestURI().getRawQuery();
                told = webhook.challenge(query, System.getenv("META_VERIFY_TOKEN")).orElse("").getBytes();
                status = told.length == 0 ? 403 : 200;
            } else {
                String signature = exchange.getRequestHeaders().getFirst("X-Hub-Signature-256");
                status = received(webhook, inbox, exchange.getRequestBody().readAllBytes(), signature);
            }
            exchange.sendResponseHeaders(status, told.length == 0 ? -1 : told.length);
            exchange.getResponseBody().write(told);
        }
    }

    public static void main(String[] arguments) throws Exception {
        Options options = new Options()
                .baseUrl(System.getenv("ROBOFY_BASE_URL"))
                .pid(System.getenv("ROBOFY_PID"))
                .chatbotId(System.getenv("ROBOFY_CHATBOT_ID"));
        InboxOptions kept = new InboxOptions()
                .path(Path.of(arguments[0]))
                .fallback(Status.OK, "Sorry, I cannot answer right now.");
        try (Client client = new Client(options);
                Webhook webhook = new Webhook(Channel.META, System.getenv("META_APP_SECRET"));
                Inbox inbox = new Inbox(client, kept)) {
            HttpServer server = HttpServer.create(new InetSocketAddress(Integer.parseInt(arguments[1])), 0);
            server.createContext("/webhook", exchange -> answer(exchange, webhook, inbox));
            server.start();
            for (Outcome outcome : inbox) {
                send(inbox, outcome);
            }
        }
    }
}
