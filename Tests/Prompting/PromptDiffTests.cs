using LlmOps.Prompting;

namespace LlmOps.Tests.Prompting;

public sealed class PromptDiffTests
{
    private static string Print(IEnumerable<DiffLine> lines) => string.Join('\n', lines.Select(line => line.Kind switch
    {
        DiffKind.Same => "  " + Text(line.New),
        DiffKind.Added => "+ " + Text(line.New),
        DiffKind.Removed => "- " + Text(line.Old),
        DiffKind.Changed => "~ " + Text(line.New),
    }));

    private static string Text(IEnumerable<DiffSpan> spans) => string.Concat(spans.Select(span => span.Kind == SpanKind.Same ? span.Text : $"[{span.Text}]"));

    [Fact]
    public void One_deleted_line_leaves_the_lines_behind_it_unchanged()
    {
        var lines = LineDiff.Between("Be kind to the guest.\nOffer a late check-out.\nOffer a discount.\nSay goodbye.", "Be kind to the guest.\nOffer a discount.\nSay goodbye.");

        Assert.Equal("  Be kind to the guest.\n- [Offer a late check-out.]\n  Offer a discount.\n  Say goodbye.", Print(lines));
    }

    [Fact]
    public void A_changed_line_shows_its_changed_words_beside_a_deleted_one()
    {
        var lines = LineDiff.Between("Greet the guest.\nNever offer a discount above 15 % alone.\nSay goodbye.", "Never offer a discount above 20 % alone.\nSay goodbye.");

        Assert.Equal("- [Greet the guest.]\n~ Never offer a discount above [20] % alone.\n  Say goodbye.", Print(lines));
        Assert.Equal((2, 1), (lines[1].OldNumber, lines[1].NewNumber));
    }

    [Fact]
    public void Lines_with_little_in_common_are_removed_and_added() =>
        Assert.Equal("- [The pool is warm.]\n+ [Dogs pay extra here, always!]", Print(LineDiff.Between("The pool is warm.", "Dogs pay extra here, always!")));

    [Theory]
    [InlineData("", "a\nb")]
    [InlineData("a\nb", "")]
    [InlineData("a\nb\nc", "c\nb\na")]
    [InlineData("x y z\nx y w", "x y w\nx y z\nx y q")]
    public void Both_texts_can_be_read_off_the_diff(string from, string to)
    {
        var lines = LineDiff.Between(from, to);

        Assert.Equal(from, string.Join('\n', lines.Where(line => line.OldNumber is not null).Select(line => string.Concat(line.Old.Select(span => span.Text)))));
        Assert.Equal(to, string.Join('\n', lines.Where(line => line.NewNumber is not null).Select(line => string.Concat(line.New.Select(span => span.Text)))));
    }

    [Fact]
    public void Long_texts_are_compared_too()
    {
        var from = Enumerable.Range(0, 3000).Select(i => $"line {i}").ToList();
        var to = from.Where((_, i) => i is not 0 and not 1500).Append("the end").ToList();

        var lines = LineDiff.Between(string.Join('\n', from), string.Join('\n', to));

        Assert.Equal((2998, 2, 1), (lines.Count(line => line.Kind == DiffKind.Same), lines.Count(line => line.Kind == DiffKind.Removed), lines.Count(line => line.Kind == DiffKind.Added)));
    }

    [Fact]
    public void A_hidden_character_is_named() =>
        Assert.Contains(LineDiff.Between("kind", "ki\u200Bnd")[0].New, span => span == new DiffSpan("U+200B", SpanKind.Hidden));

    [Fact]
    public void A_prompt_is_compared_section_by_section()
    {
        var from = PromptFile.Parse("version: 1.0.0\nmodel: m\nsystem_prompt: Be kind.\ntemperature: 0.3", "p.yaml").Value!;
        var to = PromptFile.Parse("version: 1.1.0\nmodel: m\nsystem_prompt: Be kind.\ntemperature: 0.7\ntools: [{ name: t, description: d }]", "p.yaml").Value!;

        var diff = PromptDiff.Between(from, to);

        Assert.Equal(["parameters", "tools"], diff.Sections.Where(section => section.Changed).Select(section => section.Name));
        Assert.Equal("  model: m\n~ temperature: 0.[7]", Print(diff.Sections.Single(section => section.Name == "parameters").Lines));
    }
}
