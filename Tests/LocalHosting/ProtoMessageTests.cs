using LlmOps.LocalHosting.Dashboard;

namespace LlmOps.Tests.LocalHosting;

public sealed class ProtoMessageTests
{
    /// <summary>The examples of protobuf.dev, encoding: 150 in field 1, "testing" in field 2, the first inside field 3.</summary>
    [Fact]
    public void The_bytes_are_those_of_the_specification()
    {
        var inner = new ProtoMessage().Number(1, 150);

        Assert.Equal([0x08, 0x96, 0x01], inner.ToBytes());
        Assert.Equal([0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67], new ProtoMessage().Text(2, "testing").ToBytes());
        Assert.Equal([0x1a, 0x03, 0x08, 0x96, 0x01], new ProtoMessage().Message(3, inner).ToBytes());
    }

    [Fact]
    public void A_text_is_found_behind_other_fields_and_a_broken_message_holds_none()
    {
        var message = new ProtoMessage().Number(1, 300).Text(2, "other").Flag(3, true).Text(4, "resource-ä").ToBytes();

        Assert.Equal("resource-ä", ProtoMessage.TextIn(message, 4));
        Assert.Equal("", ProtoMessage.TextIn(message, 5));
        Assert.Equal("", ProtoMessage.TextIn([0x22, 0x7f, 0x01], 4));
    }
}
