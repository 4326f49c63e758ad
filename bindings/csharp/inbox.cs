using System;
using System.IO;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Robofy;

static class Bot
{
    private static readonly Func<string, string> Env = Environment.GetEnvironmentVariable;
    private static readonly Webhook Webhook = new Webhook(Channel.Meta, Env("META_APP_SECRET"));

    /// <summary>The HTTP status to answer with, when the messages are kept.</summary>
    private static int Received(Inbox inbox, HttpListenerRequest request)
    {
        try
        {
            var body = new MemoryStream();
            request.InputStream.CopyTo(body);
            using (Incoming incoming = Webhook.Read(body.ToArray(), request.Headers["X-Hub-Signature-256"]))
                foreach (Event each in incoming)
                    inbox.Offer(each);
            return 200;
        }
        catch (SignatureException)
        {
            return 401;
        }
        catch (InvalidArgumentException)
        {
            return 400;
        }
        catch (RobofyException error)
        {
            Console.Error.WriteLine(error.Message);
            return 503; // Meta sends all of it again; what is kept is a duplicate then
        }
    }

    private static async Task Receive(Inbox inbox, HttpListener listener)
    {
        while (true)
        {
            HttpListenerContext context = await listener.GetContextAsync();
            HttpListenerRequest request = context.Request;
            string challenge = "";
            if (request.HttpMethod == "GET")
                challenge = Webhook.Challenge(request.Url.Query.TrimStart('?'), Env("META_VERIFY_TOKEN"));
            context.Response.StatusCode = challenge == null ? 403 : request.HttpMethod == "GET" ? 200 : Received(inbox, request);
            context.Response.Close(Encoding.UTF8.GetBytes(challenge ?? ""), false);
        }
    }

    /// <summary>Sends what comes of the messages.</summary>
    private static async Task Answer(Inbox inbox)
    {
        while (true)
        {
            using (Outcome outcome = await inbox.NextAsync())
            {
                if (outcome.Kind == OutcomeKind.Typing)
                    await Send(outcome, 0);
                for (int part = 0; part < outcome.Parts.Count; part++)
                {
                    (string id, int code) = await Send(outcome, part);
                    if (code != 0)
                    {
                        inbox.Failed(outcome, part, code);
                        break; // what is left comes again
                    }
                    inbox.Sent(outcome, part, id);
                }
            }
        }
    }

    /// <summary>Meta's identifier of the message, or the code of the failure; your program reads the answer as JSON.</summary>
    private static async Task<(string, int)> Send(Outcome outcome, int part)
    {
        string url = Env("GRAPH_URL") + "/" + outcome.ChannelId + "/messages"; // https://graph.facebook.com/v23.0
        using (var web = new WebClient { Encoding = Encoding.UTF8 })
        {
            web.Headers["Authorization"] = "Bearer " + Env("META_TOKEN");
            web.Headers["Content-Type"] = "application/json";
            try
            {
                string said = await web.UploadStringTaskAsync(url, outcome.Request(part));
                Match id = Regex.Match(said, "\"id\": ?\"([^\"]+)");
                return (id.Success ? id.Groups[1].Value : null, 0);
            }
            catch (WebException failure)
            {
                var response = (HttpWebResponse)failure.Response;
                if (response == null)
                    return (null, -1);
                string said = new StreamReader(response.GetResponseStream()).ReadToEnd();
                Match code = Regex.Match(said, "\"code\": ?(\\d+)");
                return (null, code.Success ? int.Parse(code.Groups[1].Value) : (int)response.StatusCode);
            }
        }
    }

    static void Main(string[] arguments)
    {
        var options = new InboxOptions
        {
            Path = arguments[0], Fallback = { [Status.Ok] = "Sorry, please try again later." },
        };
        using (var client = new Client(options: new Options { BaseUrl = Env("ROBOFY_BASE_URL") }))
        using (var inbox = new Inbox(client, Env("ROBOFY_PID"), Env("ROBOFY_CHATBOT_ID"), options))
        using (var listener = new HttpListener())
        {
            listener.Prefixes.Add("http://127.0.0.1:" + arguments[1] + "/");
            listener.Start();
            Task.WhenAny(Receive(inbox, listener), Answer(inbox)).GetAwaiter().GetResult().GetAwaiter().GetResult();
        }
    }
}
