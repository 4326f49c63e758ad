import ai.robofy.*;
import java.nio.file.Files;
import java.nio.file.Path;

class Bot {
    private static final Webhook WEBHOOK = new Webhook(Channel.META, System.getenv("META_APP_SECRET"));

    /** The HTTP status to answer with. */
    static int received(Client client, byte[] body, String signature) throws InterruptedException {
        Incoming incoming;
        try {
            incoming = WEBHOOK.read(body, signature);
        } catch (RobofyException.Signature stranger) {
            return 401;
        } catch (RobofyException.InvalidArgument unreadable) {
            return 400;
        }
        for (Event event : incoming) {
            if (event.kind() == EventKind.TEXT && event.text() != null && event.groupId() == null) {
                Reply reply = client.whatsappChat(new Message(event.text()).withSessionId(event.sessionId()));
                for (String part : reply.parts()) {
                    System.out.println(part); // in your program: send it to event.phone()
                }
            }
        }
        return 200;
    }

    public static void main(String[] arguments) throws Exception {
        Options options = new Options()
                .baseUrl(System.getenv("ROBOFY_BASE_URL"))
                .pid(System.getenv("ROBOFY_PID"))
                .chatbotId(System.getenv("ROBOFY_CHATBOT_ID"));
        try (Client client = new Client(options)) {
            byte[] body = Files.readAllBytes(Path.of(arguments[0]));
            System.out.println(received(client, body, arguments[1]));
        }
    }
}
