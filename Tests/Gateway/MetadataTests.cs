using System.Net;
using System.Text.Json.Nodes;

namespace LlmOps.Tests.Gateway;

public sealed class MetadataTests(GatewayService gateway) : IClassFixture<GatewayService>
{
    [Fact]
    public async Task Metadata_is_kept_as_tags_without_the_unit()
    {
        gateway.Serve("tagged", Bundles.Make());
        var body = GatewayService.Ask("tagged", "x");
        body["metadata"] = new JsonObject { ["unit"] = "guest-1", ["desk"] = "north", ["shift"] = "night" };
        var bare = GatewayService.Ask("tagged", "x");
        bare["metadata"] = null;

        using var response = await gateway.Post(body);
        using var untagged = await gateway.Post(bare);

        var record = await gateway.Recorded(GatewayService.RequestId(response));
        Assert.Equal([("desk", "north"), ("shift", "night")], record.Tags!.OrderBy(tag => tag.Key).Select(tag => (tag.Key, tag.Value)));
        Assert.Equal(ContentHash.OfText("guest-1"), record.Unit);
        Assert.Null((await gateway.Recorded(GatewayService.RequestId(untagged))).Tags);
    }

    [Theory]
    [InlineData("\"text\"")]
    [InlineData("{\"n\":1}")]
    [InlineData("{\"nul\":\"a\\u0000b\"}")]
    [InlineData("too many")]
    [InlineData("long name")]
    [InlineData("long value")]
    public async Task Metadata_beyond_its_bounds_is_refused(string given)
    {
        gateway.Serve("bounded", Bundles.Make());
        var body = GatewayService.Ask("bounded", "x");
        body["metadata"] = given switch
        {
            "too many" => new JsonObject(Enumerable.Range(0, 17).Select(i => KeyValuePair.Create($"name{i}", (JsonNode?)"x"))),
            "long name" => new JsonObject { [new string('n', 65)] = "x" },
            "long value" => new JsonObject { ["name"] = new string('v', 513) },
            _ => JsonNode.Parse(given),
        };

        using var response = await gateway.Post(body);

        Assert.Equal((HttpStatusCode.BadRequest, "metadata_unreadable"), (response.StatusCode, await GatewayService.ErrorCode(response)));
        Assert.Equal("metadata", (await GatewayService.Read(response))["error"]!["param"]!.ToString());
    }
}
