using System;
using System.Linq;
using NUnit.Framework;
using Robofy;

[TestFixture]
public class WhatsAppTextTest
{
    [SetUp]
    public void NeedsStandin()
    {
        Assert.IsNotEmpty(Service.Url);
    }

    [Test]
    public void AnAnswerIsWrittenAsWhatsAppText()
    {
        Assert.AreEqual("*Order 12* is ready", WhatsAppText.Format("**Order 12** is ready"));
        Assert.AreEqual("_x_ and *y*", WhatsAppText.Format("*x* and **y**", Dialect.Markdown));
        Assert.AreEqual("AT&T", WhatsAppText.Format("AT&amp;T", Dialect.WhatsApp));
        Assert.AreEqual("half of \ufffd", WhatsAppText.Format("half of \ud83d"));
        Assert.AreEqual("", WhatsAppText.Format(""));
    }

    [Test]
    public void ATextIsSplitWhereItCanBe()
    {
        CollectionAssert.AreEqual(new[] { "One. Two.\n\n", "Three. Four." }, WhatsAppText.Split("One. Two.\n\nThree. Four.", 14));
        CollectionAssert.IsEmpty(WhatsAppText.Split(" \n"));
        string waving = string.Concat(Enumerable.Repeat("\ud83d\udc4b\ud83c\udffd", 3000));
        string[] parts = WhatsAppText.Split(waving).ToArray();
        Assert.AreEqual(waving, string.Concat(parts));
        Assert.IsTrue(parts.All(part => part.Length <= 4096 && part.StartsWith("\ud83d\udc4b", StringComparison.Ordinal)));
    }

    [Test]
    public void AReplyHasItsParts()
    {
        Reply reply = new FakeClient().Answers("**b** and more").WhatsAppChat(new Message("Hi"));
        CollectionAssert.AreEqual(new[] { "*b* and more" }, reply.Parts());
        CollectionAssert.AreEqual(new[] { "*b* and ", "more" }, reply.Parts(8));
    }

    [Test]
    public void WhatCannotBeUsedIsRefusedByItsName()
    {
        Refused("text contains a NUL", () => WhatsAppText.Format("a\0b"));
        Refused("dialect", () => WhatsAppText.Format("x", (Dialect)99));
        Refused("dialect", () => WhatsAppText.Format("x", (Dialect)(-1)));
        Refused("limit must be at least 0, not -1", () => WhatsAppText.Split("x", -1));
        Assert.AreEqual("text", Assert.Throws<ArgumentNullException>(() => WhatsAppText.Split(null)).ParamName);
    }

    private static void Refused(string what, TestDelegate call)
    {
        StringAssert.Contains(what, Assert.Throws<InvalidArgumentException>(call).Message);
    }
}
