using LlmOps.Retrieval;

namespace LlmOps.Tests.Retrieval;

public sealed class ChunkerTests
{
    private const string Text = """
        # Harbour

        The harbour has 40 berths. Mr. Olsen is the harbour master. Boats longer than 12.5 m need a permit!

        ## Fees

        - A night costs 25 EUR.
        - Power costs 4 EUR.

        Paid at the office 😀, e.g. by card. Is it open on Sunday? Yes, until noon.
        """;

    private static readonly Document Harbour = Document.Of("harbour", Text);

    public static TheoryData<string> All => ["markdown(max=12)", "markdown(max=120)", "sentences(max=1,overlap=0)", "sentences(max=3,overlap=1)", "fixed(tokens=7,overlap=2)"];

    [Theory]
    [MemberData(nameof(All))]
    public void A_chunk_is_exactly_the_text_between_its_offsets(string form)
    {
        var chunks = Split(form);

        Assert.Equal(Enumerable.Range(0, chunks.Count), chunks.Select(chunk => chunk.Ordinal));
        Assert.All(chunks, chunk => Assert.Equal(Text[chunk.Start..chunk.End], chunk.Text));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void No_visible_character_is_lost(string form)
    {
        var covered = Split(form).SelectMany(chunk => Enumerable.Range(chunk.Start, chunk.End - chunk.Start)).ToHashSet();

        Assert.All(Enumerable.Range(0, Text.Length).Where(i => !char.IsWhiteSpace(Text[i])), i => Assert.Contains(i, covered));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_chunker_reads_its_own_name_back(string form) => Assert.Equal(form, Parse(form).ToString());

    [Fact]
    public void Sentences_end_neither_after_titles_nor_within_numbers() =>
        Assert.Equal(
            ["# Harbour", "The harbour has 40 berths.", "Mr. Olsen is the harbour master.", "Boats longer than 12.5 m need a permit!", "## Fees",
                "- A night costs 25 EUR.", "- Power costs 4 EUR.", "Paid at the office 😀, e.g. by card.", "Is it open on Sunday?", "Yes, until noon."],
            Split("sentences(max=1)").Select(chunk => chunk.Text));

    [Fact]
    public void Neighbouring_chunks_share_the_overlap()
    {
        var chunks = Split("sentences(max=3,overlap=1)");

        Assert.All(chunks.Zip(chunks.Skip(1)), pair => Assert.InRange(pair.Second.Start, pair.First.Start + 1, pair.First.End - 1));
    }

    [Fact]
    public void A_heading_opens_the_chunk_of_its_section() =>
        Assert.Equal(["# Harbour", "## Fees"], Split("markdown(max=120)").Select(chunk => chunk.Text.Split('\n')[0]));

    [Fact]
    public void Headings_without_text_stay_with_what_follows() =>
        Assert.Single(Parse("markdown(max=120)").Split(Document.Of("nested", "# Outer\n\n## Inner\n\nText.")));

    [Fact]
    public void A_paragraph_that_is_too_long_is_cut_between_sentences() =>
        Assert.All(Split("markdown(max=16)"), chunk => Assert.Matches(@"^(?:#|-|[A-Z])", chunk.Text));

    [Fact]
    public void A_sentence_that_is_too_long_is_cut_between_words() =>
        Assert.Equal(["one two", "three four", "five"], Parse("markdown(max=2)").Split(Document.Of("long", "one two three four five")).Select(chunk => chunk.Text));

    [Fact]
    public void Offsets_hold_on_any_text()
    {
        var random = new Random(11);
        for (var round = 0; round < 300; round++)
        {
            var text = string.Concat(Enumerable.Range(0, 60).Select(_ => random.GetItems<string>(["a", "Word", "12", ".", "! ", "\n", "\r\n", "\n\n", "# ", "- ", " ", "😀", "”", "e.g. ", "\t", "é"], 1)[0]));
            foreach (var form in All)
            {
                var chunks = Parse(form).Split(Document.Of("any", text));

                Assert.All(chunks, chunk => Assert.Equal(text[chunk.Start..chunk.End], chunk.Text));
                Assert.Equal(
                    Enumerable.Range(0, text.Length).Where(i => !char.IsWhiteSpace(text[i])),
                    chunks.SelectMany(chunk => Enumerable.Range(chunk.Start, chunk.End - chunk.Start)).Where(i => !char.IsWhiteSpace(text[i])).Distinct().Order());
            }
        }
    }

    [Fact]
    public void An_empty_document_has_no_chunks() => Assert.All(All, form => Assert.Empty(Parse(form).Split(Document.Of("empty", " \n "))));

    [Theory]
    [InlineData("paragraphs(max=3)")]
    [InlineData("markdown")]
    [InlineData("markdown()")]
    [InlineData("markdown(max=0)")]
    [InlineData("markdown(max=120,overlap=3)")]
    [InlineData("markdown(max=120,)")]
    [InlineData("markdown(max=120 max=3)")]
    [InlineData("sentences(max=3,overlap=3)")]
    [InlineData("sentences(max=3,max=4)")]
    [InlineData("fixed(max=3)")]
    [InlineData("fixed(tokens=999999)")]
    public void What_is_no_chunker_is_refused(string form) => Assert.Equal("chunker-unreadable", Chunker.Parse(form).Refusal?.Code);

    private static Chunker Parse(string form) => Chunker.Parse(form).Value!;

    private static IReadOnlyList<Chunk> Split(string form) => Parse(form).Split(Harbour);
}
