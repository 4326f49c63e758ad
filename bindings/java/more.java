import ai.robofy.*;
import java.nio.charset.StandardCharsets;

class More {
    public static void main(String[] arguments) throws Exception {
        Options options = new Options()
                .baseUrl(System.getenv("ROBOFY_BASE_URL"))
                .pid(System.getenv("ROBOFY_PID"))
                .chatbotId(System.getenv("ROBOFY_CHATBOT_ID"));
        try (Client client = new Client(options)) {
            Response projects = client.request(new Request("GET", "/v1/projects").withQuery("page", "1"));
            System.out.println(projects.status() + " " + projects.header("content-type").orElse(""));

            Upload upload = new Upload().addBytes("file", "# Prices".getBytes(StandardCharsets.UTF_8), "prices.md");
            client.upload(arguments[0], upload);
            System.out.println(upload.sent() == upload.total());

            for (String lead : client.leads()) {
                System.out.println(lead);
            }
            for (Session session : client.sessions()) {
                System.out.println(session.sessionId());
            }
            System.out.println(client.agentSettings());

            try (AnswerStream stream = client.stream(arguments[1], new Message("Hello"))) {
                for (StreamEvent event : stream) {
                    if (event.kind() == StreamEventKind.DELTA) {
                        System.out.print(event.text());
                    }
                }
                System.out.println(" (" + stream.sessionId().orElse("") + ")");
            }
        }
    }
}
