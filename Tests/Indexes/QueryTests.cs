using System.Net;
using System.Net.Http.Json;
using Dapper;
using LlmOps.Indexes;
using LlmOps.Inference;

namespace LlmOps.Tests.Indexes;

public sealed class QueryTests(IndexesService service) : IClassFixture<IndexesService>
{
    private const string Pool = "# Pool\n\nThe pool opens at seven. It is 27 degrees warm.\n\n# Sauna\n\nThe sauna opens at noon, towels are free.\n";
    private const string Breakfast = "Breakfast is served from 6:30 to 10:30 — in the café on the ground floor.";

    private static readonly Caller Anyone = new("x", Role.Service, "key", "*", Scope.Of(Role.Service));
    private static CancellationToken Ct => TestContext.Current.CancellationToken;
    private IndexesClient Gateway => new(service.AsService("gateway"));

    [Fact]
    public async Task A_hit_is_the_documents_own_text_at_its_offsets()
    {
        var id = await Build("offsets");

        var answer = (await Gateway.Query(id, new QueryIndex("When does the café serve breakfast?", 3), Ct)).Value!;

        Assert.Equal((id, 0), (answer.IndexVersion, answer.TailPosition));
        Assert.Equal("breakfast", answer.Hits[0].Document);
        Assert.All(answer.Hits, hit => Assert.Equal((hit.Document == "pool" ? Pool : Breakfast)[hit.Start..hit.End], hit.Text));
        Assert.Equal(answer.Hits.OrderByDescending(hit => hit.Score), answer.Hits);
    }

    [Fact]
    public async Task No_more_passages_than_asked_for_come_back()
    {
        var id = await Build("few");

        var answer = await Gateway.Query(id, new QueryIndex("When does the pool or the sauna open?", 1), Ct);

        Assert.Equal("pool", Assert.Single(answer.Value!.Hits).Document);
    }

    [Theory]
    [InlineData("corrupt")]
    [InlineData("cut")]
    [InlineData("missing")]
    public async Task A_segment_that_is_lost_or_damaged_is_built_again_from_what_was_paid(string damage)
    {
        var id = await Build(damage);
        var before = (await service.Restarted().Get(id, Anyone, Ct)).Value!.Answer("sauna towels", 2);
        var file = service.SegmentOf(id);
        var whole = await File.ReadAllBytesAsync(file, Ct);
        if (damage == "corrupt")
            await File.WriteAllBytesAsync(file, [.. whole[..^9], (byte)~whole[^9], .. whole[^8..]], Ct);
        else if (damage == "cut")
            await File.WriteAllBytesAsync(file, whole[..^9], Ct);
        else
            File.Delete(file);
        service.Embedded.Clear();

        var loaded = await service.Restarted().Get(id, Anyone, Ct);

        Assert.Empty(service.Embedded);
        Assert.Equivalent(before, loaded.Value!.Answer("sauna towels", 2));
        Assert.Equal(whole, await File.ReadAllBytesAsync(file, Ct));
    }

    [Fact]
    public async Task A_loaded_version_answers_without_its_database_and_its_file()
    {
        var id = await Build("memory");
        var loaded = service.Restarted();
        await loaded.Get(id, Anyone, Ct);
        File.Delete(service.SegmentOf(id));
        await using var connection = await service.Database.Source.OpenConnectionAsync(Ct);
        await connection.ExecuteAsync("delete from index_versions where id = @id", new { id });

        var again = await loaded.Get(id, Anyone, Ct);

        Assert.NotEmpty(again.Value!.Answer("pool", 1).Hits);
    }

    [Fact]
    public async Task A_version_that_is_not_ready_answers_nothing()
    {
        await Put("early", IndexesService.OneApp);
        var id = (await Order("early", IndexesService.OneApp)).Id;

        var answer = await Gateway.Query(id, new QueryIndex("pool", 1), Ct);
        await service.Worker().Pass(Ct);

        Assert.Equal((RefusalKind.Conflict, "index-not-ready"), (answer.Refusal!.Kind, answer.Refusal.Code));
        Assert.False((await Gateway.Query(id, new QueryIndex("pool", 1), Ct)).Refused);
    }

    [Theory]
    [InlineData("", 3)]
    [InlineData("pool", 0)]
    [InlineData("pool", 101)]
    public async Task A_query_of_nothing_or_of_too_much_is_a_bad_request(string text, int k)
    {
        var id = await Build("bounds");

        using var answer = await service.As(Role.Viewer).PostAsJsonAsync($"/index-versions/{id}/query", new QueryIndex(text, k), Json.Options, Ct);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_key_of_one_app_neither_sees_nor_asks_nor_builds_another()
    {
        var id = await Build("isolated");
        var narrow = service.DataScientistOfOneApp();
        var unloaded = await narrow.Query(id, new QueryIndex("pool", 1), Ct);
        await Gateway.Query(id, new QueryIndex("pool", 1), Ct);

        var refusals = new[]
        {
            unloaded.Refusal,
            (await narrow.Query(id, new QueryIndex("pool", 1), Ct)).Refusal,
            (await narrow.Version(id, Ct)).Refusal,
            (await narrow.List("queries", Ct)).Refusal,
            (await narrow.PutCorpus("isolated", new PutCorpus("queries", [new("a", "Text.", null)]), Ct)).Refusal,
            (await narrow.Build("isolated", new BuildIndex("queries", "markdown(max=40)", LexicalEmbedder.Name), Ct)).Refusal,
        };

        Assert.All(refusals, refusal => Assert.Equal(RefusalKind.NotFound, refusal!.Kind));
        Assert.DoesNotContain((await narrow.List(null, Ct)).Value!, version => version.App != IndexesService.OneApp);
    }

    [Fact]
    public async Task Two_apps_with_the_same_documents_share_neither_version_nor_vectors()
    {
        var mine = await Build("twins");
        service.Embedded.Clear();

        var theirs = await Build("twins", "queries-too");

        Assert.NotEqual(mine, theirs);
        Assert.NotEmpty(service.Embedded);
    }

    [Fact]
    public async Task A_version_whose_embedder_is_gone_is_refused_and_never_read_with_another()
    {
        var id = await Build("gone");
        await using var connection = await service.Database.Source.OpenConnectionAsync(Ct);
        await connection.ExecuteAsync("update index_versions set fingerprint = 'lexical-384/0' where id = @id", new { id });

        var loaded = await service.Restarted().Get(id, Anyone, Ct);

        Assert.Equal("embedder-gone", loaded.Refusal!.Code);
    }

    [Theory]
    [InlineData("ix_nothing")]
    [InlineData("../../etc/passwd")]
    public async Task An_unknown_version_is_not_found(string id)
    {
        var answer = await Gateway.Query(id, new QueryIndex("pool", 1), Ct);

        Assert.Equal(RefusalKind.NotFound, answer.Refusal!.Kind);
    }

    [Fact]
    public async Task The_description_names_every_route()
    {
        var description = await service.As(Role.Viewer).GetStringAsync("/openapi/v1.json", Ct);

        Assert.All(["/indexes/{name}/corpus", "/indexes/{name}/versions", "/index-versions/{id}/query"], route => Assert.Contains($"\"{route}\"", description));
    }

    private async Task<string> Build(string index, string app = "queries")
    {
        await Put(index, app);
        var id = (await Order(index, app)).Id;
        await service.Worker().Pass(Ct);
        return id;
    }

    private async Task Put(string index, string app) =>
        await service.Client(Role.Engineer).PutCorpus(index, new PutCorpus(app, [new("pool", Pool, "pool.md"), new("breakfast", Breakfast, "breakfast.md")]), Ct);

    private async Task<IndexVersionView> Order(string index, string app) =>
        (await service.Client(Role.Engineer).Build(index, new BuildIndex(app, "markdown(max=40)", LexicalEmbedder.Name), Ct)).Value!;
}
