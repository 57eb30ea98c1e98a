namespace LlmOps.Tests.Evals;

public sealed class DatasetTests(EvalsService service) : IClassFixture<EvalsService>
{
    private const string Yes = """{"id": "a", "input": "Open?", "expected": "yes", "segment": "hours"}""";
    private const string No = """{"id": "a", "input": "Open?", "expected": "no", "segment": "hours"}""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_broken_row_is_refused_with_its_line()
    {
        var result = await service.Client(Role.Engineer).PutDataset("golden", new("broken", Yes + "\n{oops", null), Ct);

        Assert.Equal("bad-json", result.Refusal?.Code);
        Assert.Contains("golden.jsonl:2", result.Refusal!.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("CON#x")]
    [InlineData("-flag")]
    [InlineData("golden\n")]
    public async Task A_name_that_is_no_plain_name_is_refused(string name)
    {
        var result = await service.Client(Role.Engineer).PutDataset(name, new("names", Yes, null), Ct);

        Assert.True(result.Refused);
        Assert.Empty((await service.Client(Role.Engineer).Datasets("names", Ct)).Value!);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    public async Task An_empty_dataset_is_refused(string text)
    {
        var result = await service.Client(Role.Engineer).PutDataset("golden", new("empty", text, null), Ct);

        Assert.Equal((RefusalKind.Invalid, "empty-dataset"), (result.Refusal?.Kind, result.Refusal?.Code));
    }

    [Fact]
    public async Task The_same_text_again_changes_nothing_and_writes_no_second_audit_entry()
    {
        var client = service.Client(Role.Engineer);

        var first = await client.PutDataset("golden", new("twice", Yes, null), Ct);
        service.Clock.Advance(TimeSpan.FromMinutes(1));
        var second = await client.PutDataset("golden", new("twice", Yes, null), Ct);

        Assert.Equal((first.Value!.Sha256, first.Value.CreatedAt), (second.Value!.Sha256, second.Value.CreatedAt));
        Assert.Equal(ContentHash.OfText(Yes), second.Value.Sha256);
        Assert.Equal(1, second.Value.Segments["hours"]);
        Assert.Single(await Entries("dataset:twice/golden"));
    }

    [Fact]
    public async Task The_text_put_last_is_current_even_when_it_was_there_before()
    {
        var client = service.Client(Role.Engineer);
        await client.PutDataset("golden", new("back", Yes, null), Ct);
        await client.PutDataset("golden", new("back", No, null), Ct);

        await client.PutDataset("golden", new("back", Yes, null), Ct);

        var current = Assert.Single((await client.Datasets("back", Ct)).Value!);
        Assert.Equal(ContentHash.OfText(Yes), current.Sha256);
        Assert.Equal([null, ContentHash.OfText(Yes), ContentHash.OfText(No)], (await Entries("dataset:back/golden")).Select(entry => entry.Before));
    }

    [Fact]
    public async Task A_suite_needs_its_dataset()
    {
        var client = service.Client(Role.Engineer);

        var early = await client.PutSuite("guest", new("suites", EvalsService.Suite), Ct);
        await client.PutDataset("golden", new("suites", Yes, null), Ct);
        var late = await client.PutSuite("guest", new("suites", EvalsService.Suite), Ct);

        Assert.Equal("dataset-not-found", early.Refusal?.Code);
        Assert.Equal("golden", late.Value?.Dataset);
    }

    [Fact]
    public async Task A_suite_with_an_unknown_scorer_is_refused_with_its_line()
    {
        var result = await service.Client(Role.Engineer).PutSuite("guest", new("suites", "dataset: golden.jsonl\nscorers:\n- { name: x, type: fact }\n"), Ct);

        Assert.Equal("scorer-unknown", result.Refusal?.Code);
        Assert.Contains("guest.yaml:3", result.Refusal!.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Role.Viewer)]
    [InlineData(Role.Product)]
    public async Task Who_may_only_read_cannot_put(Role role)
    {
        var put = await service.Client(role).PutDataset("golden", new("roles", Yes, null), Ct);
        var list = await service.Client(role).Datasets("roles", Ct);

        Assert.Equal("scope-missing", put.Refusal?.Code);
        Assert.Empty(list.Value!);
    }

    private async Task<List<AuditEntry>> Entries(string subject)
    {
        var page = await System.Net.Http.Json.HttpClientJsonExtensions.GetFromJsonAsync<AuditPage>(service.As(Role.Auditor), "audit", Json.Options, Ct);
        return [.. page!.Entries.Where(entry => entry.Object == subject)];
    }
}
