using Dapper;
using LlmOps.Indexes;
using LlmOps.Inference;

namespace LlmOps.Tests.Indexes;

public sealed class BuildTests(IndexesService service) : IClassFixture<IndexesService>
{
    private const string App = "builds";
    private const string OneSentence = "sentences(max=1,overlap=0)";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;
    private IndexesClient Engineer => service.Client(Role.Engineer);

    [Fact]
    public async Task A_version_is_built_and_ready_with_its_counts()
    {
        await Put("ready", ("a", "The pool is warm. It opens at seven."), ("b", "Breakfast is free."));

        var ordered = await Order("ready");
        await service.Worker().Pass(Ct);
        var built = await Find(ordered.Id);

        Assert.Equal(IndexState.Building, ordered.State);
        Assert.Equal((IndexState.Ready, 2, 3, 3, 0), (built.State, built.Documents, built.Chunks, built.Embedded, built.Reused));
        Assert.Equal(service.Clock.Now, built.ReadyAt);
        Assert.True(File.Exists(service.SegmentOf(built.Id)));
    }

    [Fact]
    public async Task The_same_corpus_and_settings_are_the_same_version_and_cost_nothing()
    {
        await Put("same", ("a", "Pets are welcome here."));
        var first = await Order("same");
        await service.Worker().Pass(Ct);
        service.Embedded.Clear();

        var again = await Put("same", ("a", "Pets are welcome here."));
        var second = await Order("same");
        await service.Worker().Pass(Ct);

        Assert.Equal((0, 1, 0), (again.Changed, again.Unchanged, again.Removed));
        Assert.Equal((first.Id, IndexState.Ready), (second.Id, second.State));
        Assert.Empty(service.Embedded);
        Assert.NotEqual(first.Id, (await Order("same", "sentences(max=2,overlap=0)")).Id);
    }

    [Fact]
    public async Task An_edited_document_embeds_only_its_changed_chunks()
    {
        await Put("edited", ("a", "Towels are changed daily. The sauna closes at ten. Slippers lie in the wardrobe."), ("b", "The bar serves until one. Cocktails cost ten."));
        var first = await Order("edited");
        await service.Worker().Pass(Ct);
        service.Embedded.Clear();

        var change = await Put("edited", ("a", "Towels are changed daily. The sauna closes at eleven. Slippers lie in the wardrobe."), ("b", "The bar serves until one. Cocktails cost ten."));
        var second = await Order("edited");
        await service.Worker().Pass(Ct);
        var built = await Find(second.Id);

        Assert.Equal((1, 1, 0), (change.Changed, change.Unchanged, change.Removed));
        Assert.Equal(["The sauna closes at eleven."], service.Embedded);
        Assert.Equal((5, 1, 4), (built.Chunks, built.Embedded, built.Reused));
        Assert.NotEqual(first.Id, second.Id);
    }

    [Fact]
    public async Task A_build_that_was_killed_goes_on_when_its_lease_ends_and_pays_no_batch_twice()
    {
        const int sentences = 200;
        await Put("killed", ("a", string.Join(' ', Enumerable.Range(0, sentences).Select(i => $"Locker {i} holds item {i}."))));
        var ordered = await Order("killed");
        using var kill = new CancellationTokenSource();
        service.Embedded.Clear();
        service.BeforeBatch = () =>
        {
            if (service.Embedded.Count == IndexBuild.Batch)
                kill.Cancel();
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => service.Worker().Pass(kill.Token));
        service.BeforeBatch = () => { };
        var killed = await Find(ordered.Id);
        service.Embedded.Clear();
        await service.Worker().Pass(Ct);
        var held = await Find(ordered.Id);
        service.Clock.Advance(BuildWorker.Lease);
        await service.Worker().Pass(Ct);
        var built = await Find(ordered.Id);

        Assert.Equal((IndexState.Building, IndexBuild.Batch), (killed.State, killed.Embedded));
        Assert.Equal(IndexState.Building, held.State);
        Assert.Equal(sentences - IndexBuild.Batch, service.Embedded.Count);
        Assert.Equal((IndexState.Ready, sentences, sentences, 0), (built.State, built.Chunks, built.Embedded, built.Reused));
    }

    [Fact]
    public async Task Only_the_holder_of_the_newest_attempt_writes()
    {
        var store = new IndexVersionStore(service.Database.Source);
        await Put("fenced", ("a", "Taxis stand at the door."));
        var id = (await Order("fenced")).Id;
        var late = (await store.Claim(service.Clock.Now, BuildWorker.Lease, Ct))!;
        service.Clock.Advance(BuildWorker.Lease);
        var newer = (await store.Claim(service.Clock.Now, BuildWorker.Lease, Ct))!;

        var paid = await store.Paid(late, [new Embedding("x", [1])], service.Clock.Now, Ct);
        await store.Ready(late, 1, "x", service.Clock.Now, Ct);
        var lateDone = await Find(id);
        await store.Fail(newer, "Enough.", Ct);

        Assert.Equal((id, id), (late.Id, newer.Id));
        Assert.False(paid);
        Assert.Equal((IndexState.Building, 0), (lateDone.State, lateDone.Embedded));
        Assert.Equal("Enough.", (await Find(id)).Error);
    }

    [Fact]
    public async Task Two_workers_share_the_orders_and_never_a_build()
    {
        foreach (var i in Enumerable.Range(0, 4))
        {
            await Put($"shared-{i}", ("a", $"Room {i} faces the sea."));
            await Order($"shared-{i}");
        }
        service.Embedded.Clear();

        await Task.WhenAll(service.Worker().Pass(Ct), service.Worker().Pass(Ct));

        Assert.Equal(4, service.Embedded.Count(text => text.EndsWith("faces the sea.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_build_that_fails_says_why_and_can_be_ordered_again()
    {
        await Put("failing", ("a", "The lift is out of order."));
        var ordered = await Order("failing", embedder: IndexesService.Breaking);
        await service.Worker().Pass(Ct);
        var failed = await Find(ordered.Id);

        var again = await Order("failing", embedder: IndexesService.Breaking);

        Assert.Equal((IndexState.Failed, "The embedder is out of order."), (failed.State, failed.Error));
        Assert.Equal((ordered.Id, IndexState.Building), (again.Id, again.State));
        await service.Worker().Pass(Ct); // leaves no order behind
    }

    [Fact]
    public async Task An_order_that_keeps_killing_its_workers_is_given_up()
    {
        var store = new IndexVersionStore(service.Database.Source);
        await Put("deadly", ("a", "Nobody returns from here."));
        var id = (await Order("deadly")).Id;
        for (var i = 0; i < IndexVersion.MostTries; i++)
        {
            await store.Claim(service.Clock.Now, BuildWorker.Lease, Ct);
            service.Clock.Advance(BuildWorker.Lease);
        }

        await service.Worker().Pass(Ct);

        Assert.Equal(IndexState.Failed, (await Find(id)).State);
    }

    [Theory]
    [InlineData("paragraphs(max=3)", "embedded/lexical-384", "chunker-unreadable", "markdown(")]
    [InlineData("markdown", "embedded/lexical-384", "chunker-unreadable", "markdown(")]
    [InlineData(OneSentence, "embedded/other", "embedder-unknown", LexicalEmbedder.Name)]
    public async Task What_is_unknown_is_refused_with_what_is_known(string chunker, string embedder, string code, string known)
    {
        await Put("unknown", ("a", "Ask at the desk."));

        var ordered = await Engineer.Build("unknown", new BuildIndex(App, chunker, embedder), Ct);

        Assert.Equal(code, ordered.Refusal!.Code);
        Assert.Contains(known, ordered.Refusal.Detail);
    }

    [Fact]
    public async Task An_index_without_documents_is_not_built()
    {
        var ordered = await Engineer.Build("bare", new BuildIndex(App, OneSentence, LexicalEmbedder.Name), Ct);

        Assert.Equal("corpus-not-found", ordered.Refusal!.Code);
    }

    [Fact]
    public async Task An_empty_corpus_is_refused_and_the_one_there_stays()
    {
        await Put("stays", ("a", "Check out by eleven."));

        var empty = await Engineer.PutCorpus("stays", new PutCorpus(App, []), Ct);
        var blank = await Engineer.PutCorpus("stays", new PutCorpus(App, [new("b", " ", null)]), Ct);

        Assert.Equal("corpus-empty", empty.Refusal!.Code);
        Assert.Equal(RefusalKind.Invalid, blank.Refusal!.Kind);
        Assert.Equal(1, (await Put("stays", ("a", "Check out by eleven."))).Unchanged);
    }

    [Theory]
    [InlineData(Role.Viewer)]
    [InlineData(Role.Product)]
    public async Task Who_may_not_write_indexes_changes_none(Role role)
    {
        var put = await service.Client(role).PutCorpus("locked", new PutCorpus(App, [new("a", "Text.", null)]), Ct);
        var ordered = await service.Client(role).Build("locked", new BuildIndex(App, OneSentence, LexicalEmbedder.Name), Ct);

        Assert.Equal((RefusalKind.Forbidden, RefusalKind.Forbidden), (put.Refusal!.Kind, ordered.Refusal!.Kind));
    }

    [Fact]
    public async Task A_change_of_corpus_and_an_order_are_audited_once()
    {
        await Put("audited", ("a", "The safe is in room one."));
        await Put("audited", ("a", "The safe is in room one."));
        var id = (await Order("audited")).Id;
        await Order("audited");
        await service.Worker().Pass(Ct);

        await using var connection = await service.Database.Source.OpenConnectionAsync(Ct);
        var entries = await connection.QueryAsync<string>("select action from audit_entries where object like '%builds/audited%' order by seq");

        Assert.Equal(["put-corpus", "build"], entries);
        Assert.StartsWith("ix_", id);
    }

    private async Task<CorpusView> Put(string index, params (string Id, string Text)[] documents) =>
        (await Engineer.PutCorpus(index, new PutCorpus(App, [.. documents.Select(document => new DocumentInput(document.Id, document.Text, null))]), Ct)).Value!;

    private async Task<IndexVersionView> Order(string index, string chunker = OneSentence, string embedder = LexicalEmbedder.Name) =>
        (await Engineer.Build(index, new BuildIndex(App, chunker, embedder), Ct)).Value!;

    private async Task<IndexVersionView> Find(string id) => (await Engineer.Version(id, Ct)).Value!;
}
