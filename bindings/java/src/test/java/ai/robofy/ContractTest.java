package ai.robofy;

import static ai.robofy.Service.assertEndsGrowing;
import static ai.robofy.Service.client;
import static ai.robofy.Service.figure;
import static ai.robofy.Service.here;
import static ai.robofy.Service.message;
import static ai.robofy.Service.program;
import static ai.robofy.Service.waitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** The promises of all bindings, in bindings/contract/contract.json, which ROBOFY_CONTRACT names. */
@NeedsStandin
@EnabledIfEnvironmentVariable(named = "ROBOFY_CONTRACT", matches = ".+")
class ContractTest {
    private interface Promise {
        void keep(Case data) throws Exception;
    }

    /** One case of a promise. */
    private record Case(Map<?, ?> members) {
        boolean has(String name) {
            return members.containsKey(name);
        }

        String text(String name) {
            return (String) members.get(name);
        }

        int number(String name) {
            return (Integer) members.get(name);
        }

        List<String> texts(String name) {
            return ((List<?>) members.get(name)).stream().map(String.class::cast).toList();
        }

        Duration within() {
            return Duration.ofMillis(number("within_ms"));
        }
    }

    private final Map<String, Promise> promises = Map.ofEntries(
            Map.entry("typed_errors", this::typedErrors),
            Map.entry("texts", this::texts),
            Map.entry("nul", this::nul),
            Map.entry("answers", this::answers),
            Map.entry("many", this::many),
            Map.entry("order", this::order),
            Map.entry("cancel", this::cancel),
            Map.entry("overloaded", this::overloaded),
            Map.entry("requests", this::requests),
            Map.entry("uploads", this::uploads),
            Map.entry("lists", this::lists),
            Map.entry("streams", this::streams),
            Map.entry("stream_cancel", this::streamCancel),
            Map.entry("closed", this::closed),
            Map.entry("exit", this::exit),
            Map.entry("interrupt", this::interrupt),
            Map.entry("leak", this::leak),
            Map.entry("credentials", this::credentials),
            Map.entry("loading", this::loading));

    @TempDir
    Path directory;

    @TestFactory
    Stream<DynamicTest> contract() throws IOException {
        Map<?, ?> contract = (Map<?, ?>) Json.read(Files.readString(Path.of(System.getenv("ROBOFY_CONTRACT"))));
        return ((List<?>) contract.get("promises")).stream()
                .map(each -> (Map<?, ?>) each)
                .filter(each -> promises.containsKey((String) each.get("id")))
                .map(each -> dynamicTest((String) each.get("id"), () -> keep(each)));
    }

    private void keep(Map<?, ?> promise) throws Exception {
        List<?> cases = promise.containsKey("cases") ? (List<?>) promise.get("cases") : List.of(Map.of());
        standin("DELETE");
        for (Object each : cases) {
            promises.get((String) promise.get("id")).keep(new Case((Map<?, ?>) each));
        }
        String results = System.getenv("ROBOFY_CONTRACT_RESULTS");
        if (results != null) {
            String line = promise.get("id") + "\n";
            Files.writeString(Path.of(results), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }

    private void typedErrors(Case data) {
        Options options = here().maxRetries(0);
        if (data.has("base_url")) {
            options.baseUrl(data.text("base_url"));
        }
        try (Client client = client(options)) {
            Message message = message(data.text("query"));
            assertFails(data, client, data.has("timeout_ms")
                    ? message.withTimeout(Duration.ofMillis(data.number("timeout_ms")))
                    : message);
        }
    }

    private void nul(Case data) throws Exception {
        typedErrors(data);
        assertEquals(List.of(), requests());
    }

    private static void assertFails(Case data, Client client, Message message) {
        assertFails(data, Service.failure(client, message));
    }

    private static void assertFails(Case data, RobofyException error) {
        assertEquals(data.text("status"), error.status().label());
        String type = error.status() == Status.INTERRUPTED ? "connectionlost" : data.text("status").replace("_", "");
        assertEquals(type, error.getClass().getSimpleName().toLowerCase());
        if (data.has("http_status")) {
            assertEquals(data.number("http_status"), error.httpStatus());
        }
        if (data.has("code")) {
            assertEquals(data.text("code"), error.code().orElse(null));
        }
        if (data.has("detail")) {
            assertEquals(data.text("detail"), error.detail().orElse(null));
        }
        if (data.has("retryable")) {
            assertEquals(data.members.get("retryable"), error.isRetryable());
        }
        if (data.has("retry_after_ms")) {
            assertEquals(data.number("retry_after_ms"), error.retryAfter().map(Duration::toMillis).orElse(0L));
        }
        if (data.has("names")) {
            assertTrue(error.getMessage().contains(data.text("names")), error.getMessage());
        }
    }

    private void texts(Case data) throws Exception {
        try (Client client = client()) {
            client.whatsappChat(message(data.text("query")));
            assertEquals(data.text("arrives"), lastBody().get("query"));
        }
    }

    private void answers(Case data) throws Exception {
        try (Client client = client()) {
            if (data.has("answer")) {
                assertEquals(data.text("answer"), client.whatsappChat(message(data.text("query"))).answer());
            } else {
                assertFails(data, client, message(data.text("query")));
            }
        }
    }

    private void many(Case data) {
        try (Client client = client()) {
            long began = System.nanoTime();
            List<CompletableFuture<Reply>> answers = IntStream.range(0, data.number("chats"))
                    .mapToObj(n -> client.whatsappChatAsync(message(data.text("query").replace("{n}", "" + n))))
                    .toList();
            for (int n = 0; n < answers.size(); n++) {
                assertEquals(data.text("answer").replace("{n}", "" + n), answers.get(n).join().answer());
            }
            assertWithin(data, began);
        }
    }

    private static void assertWithin(Case data, long began) {
        assertTrue(System.nanoTime() - began < data.within().toNanos(), "it took too long");
    }

    private void order(Case data) throws Exception {
        List<String> queries = data.texts("queries");
        try (Client client = client(here().orderedSessions(true))) {
            List<CompletableFuture<Reply>> chats = queries.stream()
                    .map(query -> client.whatsappChatAsync(message(query).withSessionId(data.text("session_id"))))
                    .toList();
            assertEquals(data.texts("answers"), chats.stream().map(chat -> chat.join().answer()).toList());
        }
        assertEquals(queries, queries());
        List<Map<?, ?>> requests = requests();
        int waited = (Integer) requests.get(1).get("received_ms") - (Integer) requests.get(0).get("received_ms");
        assertTrue(waited >= 300, "the second was sent " + waited + " ms after the first, which took 300");
    }

    private void cancel(Case data) throws Exception {
        try (Client client = client()) {
            long began = System.nanoTime();
            CompletableFuture<Reply> answer = client.whatsappChatAsync(message(data.text("query")));
            Thread.sleep(data.number("after_ms"));
            answer.cancel(true);
            waitUntil(() -> figure(client, data.text("status")) == 1 && figure(client, "in_flight") == 0);
            assertWithin(data, began);
        }
    }

    private void overloaded(Case data) throws Exception {
        try (Client client = client(here().maxInFlight(data.number("max_in_flight")))) {
            CompletableFuture<Reply> first = client.whatsappChatAsync(message(data.text("first")));
            assertFails(data, client, message(data.text("query")));
            assertEquals("first", first.get().answer());
            assertEquals(List.of(data.text("first")), queries());
        }
    }

    private void requests(Case data) throws Exception {
        Request request = new Request(data.text("method"), data.text("path"));
        Map<?, ?> query = data.has("query") ? (Map<?, ?>) data.members.get("query") : Map.of();
        for (Map.Entry<?, ?> pair : query.entrySet()) {
            request = request.withQuery((String) pair.getKey(), (String) pair.getValue());
        }
        Map<?, ?> body = (Map<?, ?>) data.members.get("body");
        Request sent = body == null ? request : request.withBody("{\"name\": \"" + body.get("name") + "\"}");
        try (Client client = client(here().maxRetries(0))) {
            if (data.has("status")) {
                assertFails(data, assertThrows(RobofyException.class, () -> client.request(sent)));
                assertFails(data, assertThrows(RobofyException.class, () -> Service.joined(client.requestAsync(sent))));
                return;
            }
            for (Response response : List.of(client.request(sent), client.requestAsync(sent).get())) {
                Map<?, ?> received = (Map<?, ?>) Json.read(response.data().orElseThrow());
                assertEquals(data.text("method"), received.get("method"));
                assertEquals(data.text("path"), received.get("path"));
                assertEquals(
                        query.entrySet().stream().map(each -> List.of(each.getKey(), each.getValue())).toList(),
                        received.get("query"));
                String text = (String) received.get("body");
                assertEquals(body, text.isEmpty() ? null : Json.read(text));
            }
        }
    }

    private void uploads(Case data) throws Exception {
        byte[] content = data.text("content").getBytes(StandardCharsets.UTF_8);
        Path file = Files.write(directory.resolve(data.text("file_name")), content);
        Upload fromMemory = new Upload().addBytes("file", content, data.text("file_name"));
        try (Client client = client()) {
            for (Upload upload : List.of(fromMemory, new Upload().addFile("file", file))) {
                for (Response response : List.of(
                        client.upload(data.text("path"), upload), client.uploadAsync(data.text("path"), upload).get())) {
                    String body = (String) ((Map<?, ?>) Json.read(response.data().orElseThrow())).get("body");
                    assertTrue(body.contains("filename=\"" + data.text("file_name") + "\""), body);
                    assertTrue(body.contains(data.text("content")), body);
                    assertTrue(upload.total() > 0);
                    assertEquals(upload.total(), upload.sent());
                }
            }
        }
    }

    private void lists(Case data) {
        try (Client client = client(here().pid("31415").chatbotId("DKDvwn"))) {
            List<Object> leads = new ArrayList<>();
            client.leads().forEach(lead -> leads.add(((Map<?, ?>) Json.read(lead)).get("name")));
            assertEquals(data.texts("leads"), leads);
            assertEquals(data.texts("sessions"), client.sessions().stream().map(Session::sessionId).toList());
            AgentSettings settings = client.agentSettings();
            assertEquals(data.text("temperature"), settings.temperature());
            assertEquals(data.text("key"), settings.llmApiKey());
            assertFalse(settings.toString().contains(data.text("key")));
        }
    }

    private void streams(Case data) {
        try (Client client = client(here().maxRetries(0))) {
            Consumer<AnswerStream> loop = stream -> stream.forEach(event -> assertTrue(event.json().length() > 1));
            Consumer<AnswerStream> futures = stream -> {
                while (Service.joined(stream.nextAsync()).isPresent()) {}
            };
            for (Consumer<AnswerStream> way : List.of(loop, futures)) {
                try (AnswerStream stream = client.stream(Service.STREAM, message(data.text("query")))) {
                    if (data.has("status")) {
                        assertFails(data, assertThrows(RobofyException.class, () -> way.accept(stream)));
                    } else {
                        way.accept(stream);
                    }
                    assertEquals(data.text("answer"), stream.text());
                    assertEquals(data.members.get("session"), stream.sessionId().isPresent());
                }
            }
        }
    }

    private void streamCancel(Case data) throws Exception {
        try (Client client = client(); AnswerStream stream = client.stream(Service.STREAM, message(data.text("query")))) {
            while (!stream.text().equals(data.text("answer"))) {
                stream.iterator().next();
            }
            var waits = stream.nextAsync();
            long began = System.nanoTime();
            assertTrue(stream.cancel());
            assertFails(data, assertThrows(RobofyException.class, () -> Service.joined(waits)));
            assertWithin(data, began);
        }
    }

    private void closed(Case data) {
        Client client = client();
        client.close();
        client.close();
        String said = assertThrows(IllegalStateException.class, () -> client.whatsappChat(message("Hello"))).getMessage();
        assertTrue(said.contains("closed"), said);
    }

    private void exit(Case data) throws Exception {
        Process program = program(Program.class).start();
        try (var input = program.outputWriter()) {
            input.write("exit\n" + data.text("query") + "\n");
        }
        assertEnds(data, 3, program);
    }

    private void interrupt(Case data) throws Exception {
        Process program = program(Program.class).start();
        try (var input = program.outputWriter()) {
            input.write("wait\n" + data.text("query") + "\n");
        }
        assertEquals("waiting", program.inputReader().readLine());
        Thread.sleep(data.number("after_ms"));
        new ProcessBuilder("kill", "-INT", "" + program.pid()).start().waitFor();
        assertEnds(data, 130, program);
    }

    private static void assertEnds(Case data, int status, Process program) throws Exception {
        assertTrue(program.waitFor(data.number("within_ms"), TimeUnit.MILLISECONDS), "it goes on");
        assertEquals(status, program.exitValue());
    }

    /** A chat that waits while the program ends itself, or is interrupted. */
    static final class Program {
        public static void main(String[] arguments) throws Exception {
            String[] said = new String(System.in.readAllBytes(), StandardCharsets.UTF_8).split("\n");
            Client client = client();
            CompletableFuture<Reply> answer = client.whatsappChatAsync(message(said[1]));
            if (said[0].equals("exit")) {
                System.exit(3);
            }
            System.out.println("waiting");
            answer.join();
        }
    }

    private void leak(Case data) {
        int clients = data.number("clients");
        String failing = "!status=403 detail=" + "x".repeat(12_000); // a leak of either kind is larger than the bound
        Runnable chats = () -> {
            for (int i = 0; i < clients; i++) {
                try (Client client = client(here().maxRetries(0))) {
                    List<CompletableFuture<Reply>> answers = IntStream.range(0, data.number("chats") / clients)
                            .mapToObj(n -> client.whatsappChatAsync(message(n % 2 == 0 ? "!huge=12000" : failing)))
                            .toList();
                    answers.forEach(answer -> answer.handle((reply, failure) -> true).join());
                }
            }
        };
        chats.run();
        assertEndsGrowing(data.number("grows_mb") * 1_000_000L, chats);
    }

    private void credentials(Case data) throws Exception {
        try (Client client = new Client(here().pid("clients-pid").chatbotId("clients-agent"))) {
            client.whatsappChat(new Message("Hello"));
            assertEquals("Bearer " + System.getenv("ROBOFY_API_KEY"), lastAuthorization());
            assertEquals("clients-pid", lastBody().get("pid"));
            assertEquals("clients-agent", lastBody().get("chatbot_id"));
            client.whatsappChat(new Message("own-pid", "own-agent", "Hello"));
            assertEquals("own-pid", lastBody().get("pid"));
        }
        try (Client client = new Client("given", here())) {
            client.whatsappChat(message("Hello"));
            assertEquals("Bearer given", lastAuthorization());
        }
        for (String none : Arrays.asList(null, data.text("environments_key"))) {
            String said = output(withLibrary(System.getenv("ROBOFY_LIBRARY"), "", none));
            assertEquals("apiKey is missing: give the Client one, or set " + data.text("names"), said);
        }
    }

    private void loading(Case data) throws Exception {
        Path library = Path.of(System.getenv("ROBOFY_LIBRARY"));
        assertEquals("answered", output(withLibrary(library.toString(), "", "key")));
        assertEquals("answered", output(withLibrary("", directoryOf(Native.SYSTEM.get(0), library), "key")));

        String refused = output(withLibrary("/nowhere/librobofy.so", "", "key"));
        assertTrue(refused.matches("the robofy library cannot be loaded \\(/nowhere/librobofy.so: [^/]*\\): .*"), refused);
        assertTrue(refused.endsWith(Native.ADVICE_CHOSEN), refused);
        String absent = output(withLibrary("", "", "key"));
        assertTrue(absent.contains(Native.SYSTEM.get(1)) && absent.endsWith(Native.ADVICE), absent);

        for (String version : List.of("0.9.0", "1", "")) {
            byte[] bytes = Files.readAllBytes(library);
            String other = new String(bytes, StandardCharsets.ISO_8859_1)
                    .replace(Native.VERSION + "\0", (version + "\0\0\0\0\0\0").substring(0, 6));
            Path file = Files.write(directory.resolve("other.so"), other.getBytes(StandardCharsets.ISO_8859_1));
            assertEquals(
                    String.format(Native.CANNOT_USE, file, version, Native.VERSION, Native.ADVICE_CHOSEN),
                    output(withLibrary(file.toString(), "", "key")));
        }

        Path classes = Path.of(Native.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Path copy = Files.createDirectories(directory.resolve("beside/classes/ai/robofy"));
        try (Stream<Path> files = Files.list(classes.resolve("ai/robofy"))) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        Path beside = directory.resolve("beside").resolve(Native.BESIDE);
        ProcessBuilder program = loadingProgram("", directory.resolve("system").toString(), "key");
        List<String> command = program.command();
        int path = command.indexOf("-cp") + 1;
        command.set(path, directory.resolve("beside/classes") + ":" + command.get(path));
        Files.writeString(beside, "broken");
        String broken = output(program.start());
        assertTrue(broken.startsWith("the robofy library cannot be loaded (" + beside + ": "), broken);
        assertTrue(broken.endsWith(Native.ADVICE_BESIDE), broken);
        Files.delete(beside);
        Files.createSymbolicLink(beside, library);
        assertEquals("answered", output(program.start()));
    }

    private String directoryOf(String name, Path library) throws IOException {
        Files.createSymbolicLink(Files.createDirectories(directory.resolve("system")).resolve(name), library);
        return directory.resolve("system").toString();
    }

    private static Process withLibrary(String chosen, String systems, String key) throws IOException {
        return loadingProgram(chosen, systems, key).start();
    }

    private static ProcessBuilder loadingProgram(String chosen, String systems, String key) {
        ProcessBuilder program = program(Loading.class);
        program.environment().put("ROBOFY_LIBRARY", chosen);
        program.environment().put("LD_LIBRARY_PATH", systems);
        program.environment().remove("ROBOFY_API_KEY");
        if (key != null) {
            program.environment().put("ROBOFY_API_KEY", key);
        }
        return program;
    }

    private static String output(Process program) throws IOException {
        return new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    /** Says what became of one chat. */
    static final class Loading {
        public static void main(String[] arguments) throws Exception {
            try (Client client = new Client(here())) {
                client.whatsappChat(message("Hello"));
                System.out.println("answered");
            } catch (RobofyException error) {
                System.out.println(error.getMessage());
            } catch (UnsatisfiedLinkError error) {
                System.out.println(error.getMessage());
                Error again = assertThrows(UnsatisfiedLinkError.class, Client::version);
                assertEquals(error.toString(), again.toString());
                assertEquals(UnsatisfiedLinkError.class, error.getClass());
            }
        }
    }

    private static Map<?, ?> lastBody() throws Exception {
        return (Map<?, ?>) last().get("body");
    }

    private static String lastAuthorization() throws Exception {
        return ((List<?>) last().get("headers")).stream()
                .map(each -> (List<?>) each)
                .filter(each -> each.get(0).equals("authorization"))
                .map(each -> (String) each.get(1))
                .findFirst().orElseThrow();
    }

    private static List<?> queries() throws Exception {
        return requests().stream().map(request -> ((Map<?, ?>) request.get("body")).get("query")).toList();
    }

    private static Map<?, ?> last() throws Exception {
        List<Map<?, ?>> requests = requests();
        return requests.get(requests.size() - 1);
    }

    /** What the stand-in has received, oldest first. */
    private static List<Map<?, ?>> requests() throws Exception {
        List<Map<?, ?>> requests = new ArrayList<>();
        ((List<?>) Json.read(standin("GET"))).forEach(each -> requests.add((Map<?, ?>) each));
        return requests;
    }

    private static String standin(String method) throws Exception {
        URI requests = URI.create(System.getenv("ROBOFY_BASE_URL") + "/standin/requests");
        HttpRequest request = HttpRequest.newBuilder(requests).method(method, BodyPublishers.noBody()).build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }
}
