using System;
using System.IO;
using Robofy;

static class Bot
{
    private static readonly Func<string, string> Env = Environment.GetEnvironmentVariable;
    private static readonly Webhook Webhook = new Webhook(Channel.Meta, Env("META_APP_SECRET"));

    /// <summary>The HTTP status to answer with.</summary>
    private static int Received(Client client, byte[] body, string signature)
    {
        try
        {
            foreach (Event each in Webhook.Read(body, signature))
                if (each.Kind == EventKind.Text && each.Text != null && each.GroupId == null)
                    Answer(client, each);
            return 200;
        }
        catch (SignatureException)
        {
            return 401;
        }
    }

    private static void Answer(Client client, Event message)
    {
        Reply reply = client.WhatsAppChat(new Message(message.Text) { SessionId = message.SessionId });
        foreach (string part in reply.Parts())
            Console.WriteLine(part); // in your program: send it to message.Phone
    }

    static void Main(string[] arguments)
    {
        var options = new Options
        {
            BaseUrl = Env("ROBOFY_BASE_URL"), Pid = Env("ROBOFY_PID"), ChatbotId = Env("ROBOFY_CHATBOT_ID"),
        };
        using (var client = new Client(options: options))
            Console.WriteLine(Received(client, File.ReadAllBytes(arguments[0]), arguments[1]));
    }
}
