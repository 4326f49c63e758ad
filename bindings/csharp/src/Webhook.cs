using System;
using System.Linq;

namespace Robofy
{
    /// <summary>
    /// Verifies and reads the webhooks of one channel: in one call, so that nobody reads what is not verified. Any number of
    /// threads read with it at once, and nothing in it waits. One that is forgotten is freed.
    /// </summary>
    public sealed class Webhook : IDisposable
    {
        private readonly Channel channel;
        private readonly WebhookHandle webhook;

        /// <summary>
        /// What reads the webhooks of a channel. A secret is Meta's app secret; WAHA's HMAC key; Evolution API's <c>jwt_key</c> or
        /// the instance's API key; Twilio's auth token. Several while one is replaced by another. Without any, what is not signed
        /// is read, as 360dialog's webhooks are: something else has to keep strangers away then.
        /// </summary>
        /// <exception cref="InvalidArgumentException">A secret is empty: anybody could sign with it.</exception>
        public Webhook(Channel channel, params string[] secrets)
        {
            if (secrets == null)
                throw new ArgumentNullException(nameof(secrets));
            byte[][] keys = secrets.Select(each => Arguments.Secret("secret", each)).ToArray();
            this.channel = channel;
            IntPtr made = Library.Native.WebhookNew(unchecked((uint)channel), keys.FirstOrDefault(), out IntPtr error);
            if (made == IntPtr.Zero)
                throw RobofyException.Take(error);
            webhook = new WebhookHandle(made);
            foreach (byte[] key in keys.Skip(1))
                Library.Native.WebhookAddSecret(webhook, key);
        }

        /// <summary>Verifies the body of a POST, and reads it. Fields, types and values that are not known are no error.</summary>
        /// <param name="body">Its bytes as they came: one that was parsed and written again has another signature.</param>
        /// <param name="signature">
        /// The header <c>X-Hub-Signature-256</c> of Meta, <c>X-Webhook-Hmac</c> of WAHA, <c>Authorization</c> of Evolution API,
        /// <c>X-Twilio-Signature</c> of Twilio; null if the request has none.
        /// </param>
        /// <param name="url">The public URL as Twilio calls it, with its query; the other channels do not sign it.</param>
        /// <exception cref="SignatureException">The signature is missing or wrong: answer 401.</exception>
        /// <exception cref="InvalidArgumentException">
        /// The body is not JSON (Twilio: a form), is larger than 3 MB or nests deeper than 128 levels: answer 400.
        /// </exception>
        public Incoming Read(byte[] body, string signature, string url = null)
        {
            if (body == null)
                throw new ArgumentNullException(nameof(body));
            byte[] header = signature == null ? null : Arguments.Received(signature);
            byte[] address = url == null ? null : Arguments.Text("url", url);
            IntPtr incoming = Library.Native.WebhookRead(
                Open(), address, header, body, (ulong)body.LongLength, out IntPtr error);
            if (incoming == IntPtr.Zero)
                throw RobofyException.Take(error);
            return new Incoming(new IncomingHandle(incoming));
        }

        /// <summary>
        /// What to answer, with 200 and as plain text, to the GET by which Meta asks for a webhook. Null if the request is not
        /// that, or has another token: answer 403.
        /// </summary>
        /// <param name="query">The query of the request's URL, as it stands there; null if it has none.</param>
        /// <param name="verifyToken">The token that was entered at Meta.</param>
        public string Challenge(string query, string verifyToken)
        {
            byte[] token = Arguments.Text("verifyToken", verifyToken);
            return Arguments.Take(Library.Native.WebhookChallenge(Open(), Arguments.Received(query ?? ""), token));
        }

        /// <summary>Lets go of the secrets, when the last thread that reads has done so. May be called again, by any thread.</summary>
        public void Dispose() => webhook.Dispose();

        /// <summary>The channel, and no secret.</summary>
        public override string ToString() => "Webhook: Channel = " + channel;

        /// <summary>One that is disposed of meanwhile is refused by the call.</summary>
        private WebhookHandle Open()
        {
            if (webhook.IsClosed)
                throw new ObjectDisposedException("Webhook", "this Webhook is disposed of: make another");
            return webhook;
        }
    }
}
