using LlmOps.Indexes;

namespace LlmOps.Tests.Indexes;

public sealed class CorpusTests
{
    private static readonly Dictionary<string, string> Nothing = [];

    [Fact]
    public void The_same_documents_in_any_order_are_the_same_corpus() =>
        Assert.Equal(Of(("a", "One."), ("b", "Two.")).Sha256, Of(("b", "Two."), ("a", "One.")).Sha256);

    [Theory]
    [InlineData("a", "One!")]
    [InlineData("c", "One.")]
    public void Another_text_or_id_is_another_corpus(string id, string text) => Assert.NotEqual(Of(("a", "One.")).Sha256, Of((id, text)).Sha256);

    [Fact]
    public void A_corpus_says_what_it_changes()
    {
        var before = Of(("same", "One."), ("edited", "Two."), ("gone", "Three.")).Documents.ToDictionary(document => document.Id, document => document.Sha256);

        var view = Of(("same", "One."), ("edited", "Two, edited."), ("new", "Four."), ("newer", "Five.")).Compare(before);

        Assert.Equal((4, 3, 1, 1), (view.Documents, view.Changed, view.Unchanged, view.Removed));
    }

    [Fact]
    public void A_first_corpus_is_all_change() => Assert.Equal((2, 0, 0), Of(("a", "One."), ("b", "Two.")).Compare(Nothing) is var view ? (view.Changed, view.Unchanged, view.Removed) : default);

    [Theory]
    [InlineData("corpus-empty")]
    [InlineData("document-empty", "a", " \n ")]
    [InlineData("document-duplicate", "a", "One.", "a", "Two.")]
    [InlineData("nul-character", "a", "O\0ne.")]
    [InlineData("nul-character", "a\0", "One.")]
    public void What_is_no_corpus_is_refused(string code, params string[] documents)
    {
        var corpus = Corpus.Of("handbook", new PutCorpus("app", [.. documents.Chunk(2).Select(document => new DocumentInput(document[0], document[1], null))]));

        Assert.Equal(code, corpus.Refusal?.Code);
    }

    [Fact]
    public void A_document_beyond_the_limit_is_refused() =>
        Assert.Equal("document-too-long", Corpus.Of("handbook", new PutCorpus("app", [new("a", new string('x', Corpus.MostCharacters + 1), null)])).Refusal?.Code);

    private static Corpus Of(params (string Id, string Text)[] documents) =>
        Corpus.Of("handbook", new PutCorpus("app", [.. documents.Select(document => new DocumentInput(document.Id, document.Text, null))])).Value!;
}
