using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Reflection;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using Robofy;

/// <summary>The promises of all bindings, in bindings/contract/contract.json, which ROBOFY_CONTRACT names.</summary>
[TestFixture]
public class ContractTest
{
    private static readonly string Library = Environment.GetEnvironmentVariable("ROBOFY_LIBRARY");
    private static readonly string Own = new Uri(Assembly.GetExecutingAssembly().CodeBase).LocalPath;

    private static readonly Dictionary<string, Action<Case>> Promises = new Dictionary<string, Action<Case>>
    {
        { "typed_errors", TypedErrors }, { "texts", Texts }, { "nul", Nul }, { "answers", Answers },
        { "many", Many }, { "order", Order }, { "cancel", Cancel }, { "overloaded", Overloaded },
        { "requests", Requesting }, { "uploads", Uploads }, { "lists", Lists }, { "streams", Streams },
        { "stream_cancel", StreamCancel },
        { "closed", Closed }, { "exit", Exit }, { "interrupt", Interrupt }, { "leak", Leak },
        { "credentials", Credentials }, { "loading", Loading },
    };

    /// <summary>One case of a promise.</summary>
    private sealed class Case
    {
        private readonly Dictionary<string, object> members;

        internal Case(object members)
        {
            this.members = (Dictionary<string, object>)members;
        }

        internal bool Has(string name)
        {
            return members.ContainsKey(name);
        }

        internal T Get<T>(string name)
        {
            return (T)members[name];
        }

        /// <summary>The texts of an object; none without it.</summary>
        internal Dictionary<string, object> Pairs(string name)
        {
            return Has(name) ? Get<Dictionary<string, object>>(name) : new Dictionary<string, object>();
        }

        internal string Text(string name)
        {
            return Get<string>(name);
        }

        internal TimeSpan Time(string name)
        {
            return TimeSpan.FromMilliseconds(Get<int>(name));
        }

        internal string[] Texts(string name)
        {
            return Get<List<object>>(name).Cast<string>().ToArray();
        }
    }

    private static IEnumerable<Case> Contract()
    {
        string path = Environment.GetEnvironmentVariable("ROBOFY_CONTRACT");
        if (string.IsNullOrEmpty(path))
            return new Case[0];
        var contract = new Case(Json.Read<object>(File.ReadAllText(path)));
        return contract.Get<List<object>>("promises").Select(promise => new Case(promise));
    }

    public static IEnumerable<string> Ids()
    {
        return Contract().Select(promise => promise.Text("id")).Where(Promises.ContainsKey);
    }

    [TestCaseSource("Ids")]
    public void Keeps(string id)
    {
        Standin("DELETE");
        Case promise = Contract().Single(each => each.Text("id") == id);
        List<object> cases = promise.Has("cases")
            ? promise.Get<List<object>>("cases")
            : new List<object> { new Dictionary<string, object>() };
        foreach (object each in cases)
            Promises[id](new Case(each));
        string results = Environment.GetEnvironmentVariable("ROBOFY_CONTRACT_RESULTS");
        if (!string.IsNullOrEmpty(results))
            File.AppendAllText(results, id + "\n");
    }

    private static void TypedErrors(Case data)
    {
        var options = new Options { MaxRetries = 0, BaseUrl = data.Has("base_url") ? data.Text("base_url") : null };
        using (Client client = Service.Client(options))
        {
            Message message = Service.Message(data.Text("query"));
            if (data.Has("timeout_ms"))
                message.Timeout = data.Time("timeout_ms");
            AssertFails(data, Assert.Catch<RobofyException>(() => client.WhatsAppChat(message)));
            AssertFails(data, Failure(client, message));
        }
    }

    private static void Nul(Case data)
    {
        TypedErrors(data);
        CollectionAssert.IsEmpty(Requests());
    }

    private static RobofyException Failure(Client client, Message message)
    {
        return Assert.Catch<RobofyException>(() => client.WhatsAppChatAsync(message).GetAwaiter().GetResult());
    }

    private static void AssertFails(Case data, RobofyException error)
    {
        Assert.AreEqual(data.Text("status"), error.Status.Name());
        string type = error.GetType().Name.Replace("Chat", "").Replace("Exception", "");
        Assert.AreEqual(data.Text("status").Replace("_", ""), type.ToLowerInvariant());
        if (data.Has("http_status"))
            Assert.AreEqual(data.Get<int>("http_status"), error.HttpStatus ?? 0);
        if (data.Has("code"))
            Assert.AreEqual(data.Text("code"), error.Code);
        if (data.Has("detail"))
            Assert.AreEqual(data.Text("detail"), error.Detail);
        if (data.Has("retryable"))
            Assert.AreEqual(data.Get<bool>("retryable"), error.IsRetryable);
        if (data.Has("retry_after_ms"))
            Assert.AreEqual(data.Time("retry_after_ms"), error.RetryAfter ?? TimeSpan.Zero);
        if (data.Has("names"))
            StringAssert.Contains(data.Text("names"), error.Message);
    }

    private static void Texts(Case data)
    {
        using (Client client = Service.Client())
            client.WhatsAppChat(Service.Message(data.Text("query")));
        Assert.AreEqual(data.Text("arrives"), Body(Requests().Last())["query"]);
    }

    private static void Answers(Case data)
    {
        using (Client client = Service.Client())
        {
            Message message = Service.Message(data.Text("query"));
            if (data.Has("answer"))
                Assert.AreEqual(data.Text("answer"), client.WhatsAppChat(message).Answer);
            else
                AssertFails(data, Failure(client, message));
        }
    }

    private static void Many(Case data)
    {
        using (Client client = Service.Client())
        {
            Stopwatch clock = Stopwatch.StartNew();
            Task<Reply>[] answers = Enumerable.Range(0, data.Get<int>("chats"))
                .Select(n => client.WhatsAppChatAsync(Service.Message(data.Text("query").Replace("{n}", "" + n)))).ToArray();
            for (int n = 0; n < answers.Length; n++)
                Assert.AreEqual(data.Text("answer").Replace("{n}", "" + n), answers[n].Result.Answer);
            Assert.Less(clock.Elapsed, data.Time("within_ms"));
        }
    }

    private static void Order(Case data)
    {
        string[] queries = data.Texts("queries");
        using (Client client = Service.Client(new Options { OrderedSessions = true }))
        {
            Task<Reply>[] answers = queries.Select(query => client.WhatsAppChatAsync(
                new Message("31415", "DKDvwn", query) { SessionId = data.Text("session_id") })).ToArray();
            CollectionAssert.AreEqual(data.Texts("answers"), answers.Select(answer => answer.Result.Answer));
        }
        List<Dictionary<string, object>> requests = Requests();
        CollectionAssert.AreEqual(queries, requests.Select(request => Body(request)["query"]));
        int waited = (int)requests[1]["received_ms"] - (int)requests[0]["received_ms"];
        Assert.GreaterOrEqual(waited, 300, "the first takes so long");
    }

    private static void Cancel(Case data)
    {
        using (Client client = Service.Client())
        using (var source = new CancellationTokenSource(data.Time("after_ms")))
        {
            Stopwatch clock = Stopwatch.StartNew();
            Task<Reply> answer = client.WhatsAppChatAsync(Service.Message(data.Text("query")), source.Token);
            Assert.Catch<OperationCanceledException>(() => answer.GetAwaiter().GetResult());
            Assert.AreEqual(1, Service.Figure(client, data.Text("status")));
            Assert.Less(clock.Elapsed, data.Time("within_ms"));
        }
    }

    private static void Overloaded(Case data)
    {
        using (Client client = Service.Client(new Options { MaxInFlight = data.Get<int>("max_in_flight") }))
        {
            Task<Reply> first = client.WhatsAppChatAsync(Service.Message(data.Text("first")));
            AssertFails(data, Failure(client, Service.Message(data.Text("query"))));
            Assert.AreEqual("first", first.Result.Answer);
            CollectionAssert.AreEqual(new[] { data.Text("first") }, Requests().Select(request => Body(request)["query"]));
        }
    }

    private static void Requesting(Case data)
    {
        var request = new Request(data.Text("method"), data.Text("path"));
        foreach (KeyValuePair<string, object> pair in data.Pairs("query"))
            request.Query.Add(pair.Key, (string)pair.Value);
        Dictionary<string, object> body = data.Pairs("body");
        if (body.Count > 0)
            request.Body = "{\"name\": \"" + body["name"] + "\"}";
        using (Client client = Service.Client(new Options { MaxRetries = 0 }))
        {
            foreach (Func<Response> ask in new Func<Response>[]
                { () => client.Request(request), () => client.RequestAsync(request).GetAwaiter().GetResult() })
            {
                if (data.Has("status"))
                {
                    AssertFails(data, Assert.Catch<RobofyException>(() => ask()));
                    continue;
                }
                var received = Json.Read<Dictionary<string, object>>(ask().Data);
                Assert.AreEqual(data.Text("method"), received["method"]);
                Assert.AreEqual(data.Text("path"), received["path"]);
                CollectionAssert.AreEqual(
                    data.Pairs("query").Select(pair => new List<object> { pair.Key, pair.Value }),
                    (List<object>)received["query"]);
                var text = (string)received["body"];
                CollectionAssert.AreEqual(body, text == "" ? data.Pairs("") : Json.Read<Dictionary<string, object>>(text));
            }
        }
    }

    private static void Uploads(Case data)
    {
        string directory = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        string file = Path.Combine(Directory.CreateDirectory(directory).FullName, data.Text("file_name")), path = data.Text("path");
        File.WriteAllText(file, data.Text("content"));
        try
        {
            using (Client client = Service.Client())
            using (Upload memory = new Upload().AddBytes("file", File.ReadAllBytes(file), data.Text("file_name")))
            using (Upload disk = new Upload().AddFile("file", file))
            {
                foreach (Upload upload in new[] { memory, disk })
                {
                    foreach (Response response in new[] { client.Upload(path, upload), client.UploadAsync(path, upload).Result })
                    {
                        var body = (string)Json.Read<Dictionary<string, object>>(response.Data)["body"];
                        StringAssert.Contains("filename=\"" + data.Text("file_name") + "\"", body);
                        StringAssert.Contains(data.Text("content"), body);
                        Assert.Greater(upload.Total, 0);
                        Assert.AreEqual(upload.Total, upload.Sent);
                    }
                }
            }
        }
        finally
        {
            Directory.Delete(directory, true);
        }
    }

    private static void Lists(Case data)
    {
        using (Client client = Service.Client(new Options { Pid = "31415", ChatbotId = "DKDvwn" }))
        {
            CollectionAssert.AreEqual(
                data.Texts("leads"), client.Leads().Select(lead => Json.Read<Dictionary<string, object>>(lead)["name"]));
            CollectionAssert.AreEqual(data.Texts("sessions"), client.Sessions().Select(session => session.SessionId));
            AgentSettings settings = client.AgentSettings();
            Assert.AreEqual(data.Text("temperature"), settings.Temperature);
            Assert.AreEqual(data.Text("key"), settings.LlmApiKey);
            StringAssert.DoesNotContain(data.Text("key"), settings.ToString());
        }
    }

    private static void Streams(Case data)
    {
        Action<AnswerStream> loop = stream => stream.Count();
        Action<AnswerStream> tasks = stream =>
        {
            AnswerStream.AsyncEnumerator events = stream.GetAsyncEnumerator();
            while (events.MoveNextAsync().GetAwaiter().GetResult())
                StringAssert.IsMatch("^.{2,}", events.Current.Json);
        };
        using (Client client = Service.Client(new Options { MaxRetries = 0 }))
        {
            foreach (Action<AnswerStream> way in new[] { loop, tasks })
            {
                using (AnswerStream stream = client.Stream(Service.StreamPath, Service.Message(data.Text("query"))))
                {
                    if (data.Has("status"))
                        AssertFails(data, Assert.Catch<RobofyException>(() => way(stream)));
                    else
                        way(stream);
                    Assert.AreEqual(data.Text("answer"), stream.Text);
                    Assert.AreEqual(data.Get<bool>("session"), stream.SessionId != null);
                }
            }
        }
    }

    private static void StreamCancel(Case data)
    {
        Func<AnswerStream, Task<StreamEvent>>[] waits = { stream => stream.NextAsync(), stream => Task.Run(() => stream.First()) };
        foreach (Func<AnswerStream, Task<StreamEvent>> wait in waits)
        {
            using (Client client = Service.Client())
            using (AnswerStream stream = client.Stream(Service.StreamPath, Service.Message(data.Text("query"))))
            {
                stream.First(each => stream.Text == data.Text("answer"));
                Task<StreamEvent> next = wait(stream);
                Stopwatch clock = Stopwatch.StartNew();
                Assert.IsTrue(stream.Cancel());
                AssertFails(data, Assert.Catch<RobofyException>(() => next.GetAwaiter().GetResult()));
                Assert.Less(clock.Elapsed, data.Time("within_ms"));
            }
        }
    }

    private static void Closed(Case data)
    {
        Client client = Service.Client();
        client.Dispose();
        client.Dispose();
        StringAssert.Contains("disposed", Service.Failure<ObjectDisposedException>(client, Service.Message("Hello")).Message);
    }

    private static void Exit(Case data)
    {
        using (Process program = Start("exit", data.Text("query")))
            AssertEnds(data, 3, program);
    }

    private static void Interrupt(Case data)
    {
        using (Process program = Start("wait", data.Text("query")))
        {
            Assert.AreEqual("waiting", program.StandardOutput.ReadLine());
            Thread.Sleep(data.Time("after_ms"));
            Process.Start("kill", "-INT " + program.Id).WaitForExit();
            AssertEnds(data, 130, program);
        }
    }

    private static void AssertEnds(Case data, int status, Process program)
    {
        Assert.IsTrue(program.WaitForExit(data.Get<int>("within_ms")), "it goes on");
        Assert.AreEqual(status, program.ExitCode);
    }

    private static Process Start(
        string how, string query, string library = null, string systems = "", string key = "key", string directory = null)
    {
        string path = directory == null ? Own : Path.Combine(directory, Path.GetFileName(Own));
        var start = new ProcessStartInfo(Process.GetCurrentProcess().MainModule.FileName, path + " " + how + " " + query)
        {
            UseShellExecute = false, RedirectStandardOutput = true,
        };
        start.EnvironmentVariables["ROBOFY_LIBRARY"] = library ?? Library;
        start.EnvironmentVariables["LD_LIBRARY_PATH"] = systems;
        start.EnvironmentVariables.Remove("ROBOFY_API_KEY");
        if (key != null)
            start.EnvironmentVariables["ROBOFY_API_KEY"] = key;
        return Process.Start(start);
    }

    private static void Leak(Case data)
    {
        int clients = data.Get<int>("clients");
        // A leak of either kind is larger than the bound.
        string failing = "!status=403 detail=" + new string('x', 12000);
        Action chats = () =>
        {
            for (int i = 0; i < clients; i++)
            {
                using (Client client = Service.Client(new Options { MaxRetries = 0 }))
                {
                    Task[] answers = Enumerable.Range(0, data.Get<int>("chats") / clients)
                        .Select(n => client.WhatsAppChatAsync(Service.Message(n % 2 == 0 ? "!huge=12000" : failing))).ToArray();
                    Task.WhenAll(answers).ContinueWith(all => all.Exception).Wait();
                }
            }
        };
        chats();
        Service.AssertEndsGrowing(data.Get<int>("grows_mb") * 1000000L, chats);
    }

    private static void Credentials(Case data)
    {
        var options = new Options { BaseUrl = Service.Url, Pid = "clients-pid", ChatbotId = "clients-agent" };
        using (var client = new Client(options: options))
        {
            client.WhatsAppChat(new Message("Hello"));
            Assert.AreEqual("Bearer " + Environment.GetEnvironmentVariable("ROBOFY_API_KEY"), Authorization());
            Assert.AreEqual("clients-pid", Body(Requests().Last())["pid"]);
            Assert.AreEqual("clients-agent", Body(Requests().Last())["chatbot_id"]);
            client.WhatsAppChat(new Message("own-pid", "own-agent", "Hello"));
            Assert.AreEqual("own-pid", Body(Requests().Last())["pid"]);
            Assert.AreEqual("own-agent", Body(Requests().Last())["chatbot_id"]);
        }
        using (var client = new Client("given", options))
            client.WhatsAppChat(new Message("Hello"));
        Assert.AreEqual("Bearer given", Authorization());
        foreach (string none in new[] { null, data.Text("environments_key") })
            Assert.AreEqual("apiKey is missing: give the Client one, or set " + data.Text("names"), Said(key: none));
    }

    private static void Loading(Case data)
    {
        Assert.AreEqual("answered", Said());
        string absent = Said("/nowhere/librobofy.so");
        StringAssert.StartsWith("the robofy library cannot be loaded (/nowhere/librobofy.so: ", absent);
        StringAssert.EndsWith("point ROBOFY_LIBRARY to the shared library of robofy 0.1.0, or unset it", absent);
        StringAssert.Contains("(libc.so.6 has no robofy_version)", Said("libc.so.6"));

        string directory = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        Directory.CreateDirectory(directory);
        try
        {
            Link("librobofy.so.0", directory);
            Assert.AreEqual("answered", Said("", directory));
            File.Delete(Path.Combine(directory, "librobofy.so.0"));
            absent = Said("", directory);
            StringAssert.Contains("librobofy.so.0: ", absent);
            StringAssert.EndsWith("or set ROBOFY_LIBRARY to the path of its shared library", absent);

            Encoding bytes = Encoding.GetEncoding("iso-8859-1");
            string other = Path.Combine(directory, "other.so");
            foreach (string version in new[] { "0.9.0", "1", "" })
            {
                string found = version.PadRight(6, '\0');
                File.WriteAllText(other, bytes.GetString(File.ReadAllBytes(Library)).Replace("0.1.0\0", found), bytes);
                string refused = other + " is robofy " + version + ", and this package is robofy 0.1.0: point ";
                StringAssert.StartsWith(refused, Said(other));
            }

            string here = Path.GetDirectoryName(Own);
            foreach (string name in new[] { Path.GetFileName(Own), "Robofy.dll", "nunit.framework.dll" })
                File.Copy(Path.Combine(here, name), Path.Combine(directory, name));
            Link("librobofy.so.0", directory);
            string beside = Path.Combine(directory, "librobofy.so");
            File.WriteAllText(beside, "broken");
            string broken = Said("", directory, directory: directory);
            StringAssert.StartsWith("the robofy library cannot be loaded (" + beside + ": ", broken);
            StringAssert.Contains("): only the file beside the package is tried: ", broken);
            File.Delete(beside);
            Link("librobofy.so", directory);
            Assert.AreEqual("answered", Said("", directory: directory));
        }
        finally
        {
            Directory.Delete(directory, true);
        }
    }

    private static void Link(string name, string directory)
    {
        Process.Start("ln", "-s " + Library + " " + Path.Combine(directory, name)).WaitForExit();
    }

    private static string Said(string library = null, string systems = "", string key = "key", string directory = null)
    {
        using (Process program = Start("chat", "Hello", library, systems, key, directory))
            return program.StandardOutput.ReadToEnd().Trim();
    }

    private static string Authorization()
    {
        return (string)((List<object>)Requests().Last()["headers"]).Cast<List<object>>()
            .Single(header => (string)header[0] == "authorization")[1];
    }

    private static Dictionary<string, object> Body(Dictionary<string, object> request)
    {
        return (Dictionary<string, object>)request["body"];
    }

    /// <summary>What the stand-in has received, oldest first.</summary>
    private static List<Dictionary<string, object>> Requests()
    {
        return Json.Read<List<object>>(Standin("GET")).Cast<Dictionary<string, object>>().ToList();
    }

    private static string Standin(string method)
    {
        var url = new Uri(Service.Url);
        using (var connection = new TcpClient(url.Host, url.Port))
        {
            string head = method + " /standin/requests HTTP/1.1\r\nHost: " + url.Authority + "\r\nConnection: close\r\n\r\n";
            connection.GetStream().Write(Encoding.ASCII.GetBytes(head), 0, head.Length);
            string response = new StreamReader(connection.GetStream()).ReadToEnd();
            return response.Substring(response.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4);
        }
    }
}
