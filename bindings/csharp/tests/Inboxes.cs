using System;
using System.IO;
using System.Linq;
using System.Text;
using NUnit.Framework;
using Robofy;

/// <summary>A client, a folder for inboxes, and short forms of what is done with one.</summary>
public abstract class Inboxes
{
    protected const string Echo =
        "{\"entry\":[{\"changes\":[{\"field\":\"smb_message_echoes\",\"value\":{\"metadata\":{\"phone_number_id\":\"106\"},"
        + "\"message_echoes\":[{\"from\":\"1999\",\"to\":\"1555\",\"id\":\"e1\",\"timestamp\":\"4102444800\",\"type\":\"text\","
        + "\"text\":{\"body\":\"I am Ana\"}}]}}]}]}";

    protected Client client;
    protected string folder;

    [SetUp]
    public void MakeClient()
    {
        client = Service.Client(new Options { Pid = "31415", ChatbotId = "DKDvwn" });
        folder = Path.Combine(Path.GetTempPath(), "robofy-" + Guid.NewGuid());
        Directory.CreateDirectory(folder);
    }

    [TearDown]
    public void DisposeOfClient()
    {
        client?.Dispose();
        if (folder != null)
            Directory.Delete(folder, true);
    }

    /// <summary>The agent is asked when there are so many messages, and typing is not shown.</summary>
    protected static InboxOptions Bursts(int of)
    {
        return new InboxOptions
        {
            MaxMessages = of, Quiet = TimeSpan.FromHours(1), MaxWait = TimeSpan.FromHours(1), Typing = TimeSpan.Zero,
        };
    }

    protected Inbox Of(int messages, string path = null)
    {
        InboxOptions options = Bursts(messages);
        options.Path = path;
        return new Inbox(client, options: options);
    }

    protected static Event Message(string id, string text)
    {
        return Read(
            "{\"entry\":[{\"changes\":[{\"field\":\"messages\",\"value\":{\"metadata\":{\"phone_number_id\":\"106\"},"
            + "\"messages\":[{\"from\":\"1555\",\"id\":\"" + id + "\",\"timestamp\":\"4102444800\",\"type\":\"text\","
            + "\"text\":{\"body\":\"" + text + "\"}}]}}]}]}");
    }

    protected static Event Read(string body)
    {
        using (var webhook = new Webhook(Channel.Meta))
            return webhook.Read(Encoding.UTF8.GetBytes(body), null).Single();
    }

    protected static void Write(Inbox inbox, string id, string text, Accept expected = Accept.Queued)
    {
        Assert.AreEqual(expected, inbox.OfferText("106", "1555", id, text));
    }

    protected static Outcome Next(Inbox inbox, OutcomeKind kind)
    {
        Outcome outcome = inbox.Poll(TimeSpan.FromMinutes(1));
        Assert.AreEqual(kind, outcome?.Kind);
        return outcome;
    }
}
