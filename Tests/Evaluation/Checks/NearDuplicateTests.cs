using System.Text;
using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation.Checks;

public sealed class NearDuplicateTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Of_a_thousand_planted_pairs_nearly_all_are_found_and_hardly_a_wrong_one(int seed)
    {
        var pairs = PlantedPairs.Make(seed);
        var texts = pairs.SelectMany(pair => new[] { pair.First, pair.Second }).ToList();
        var similar = new SimilarTexts(texts);

        var found = Enumerable.Range(0, texts.Count).SelectMany(at => similar.To(at).Select(match => (Math.Min(at, match.Other), Math.Max(at, match.Other)))).ToHashSet();

        var planted = pairs.Index().Where(pair => pair.Item.Same).Select(pair => (pair.Index * 2, pair.Index * 2 + 1)).ToList();
        Assert.Equal(1000, planted.Count);
        var right = planted.Count(found.Contains);
        Assert.InRange(right / 1000.0, 0.95, 1);
        Assert.InRange((double)right / found.Count, 0.9, 1);
    }

    [Theory]
    [InlineData("Until when can I cancel my spa treatment?", "until when can i cancel my SPA treatment", true)]
    [InlineData("Until when can I cancel my spa treatment?", "Hello, could you please tell me until when I can cancel the spa treatment? Thanks!", true)]
    [InlineData("Is breakfast included on Sunday morning?", "On Sunday morning, is breakfast included?", true)]
    [InlineData("Please change booking BK12345678 to two nights", "Please change booking BK87654321 to two nights", false)]
    [InlineData("Can I bring my dog to the hotel?", "Can I bring my cat to the hotel?", false)]
    [InlineData("What does parking cost?", "What does the pool cost?", false)]
    public void Saying_the_same_is_told_from_asking_alike(string first, string second, bool same)
    {
        var similar = new SimilarTexts([first, second, .. Enumerable.Range(0, 50).Select(i => $"Where is room {i} on floor {i % 7}?")]);

        Assert.Equal(same, similar.To(0).Any(match => match.Other == 1));
    }

    [Fact]
    public void Rows_that_stand_in_a_prompt_another_set_or_its_examples_are_contamination()
    {
        var rows = Lines("Until when can I cancel my spa treatment?", "May my dog sleep in the garden room?", "How far is the ferry terminal on foot?", "Which wine goes with the grilled monkfish?");
        var prompt = DataSource.Of("prompt.yaml", Encoding.UTF8.GetBytes("system_prompt: |\n  You are kind.\n  Examples:\n  - Guest: Until when can I cancel my SPA treatment? Answer: Up to four hours before.\n"));
        var train = DataSource.Of("train.jsonl", Encoding.UTF8.GetBytes("""{"input": "hi, may my dog sleep in the garden room please"}""" + "\n"));
        var notes = DataSource.Of("notes.md", Encoding.UTF8.GetBytes("# Ferry\n\nThe ferry leaves at noon. Wine is served from six.\n"));

        var report = DataCheck.Of(rows, new DataOptions { Against = [prompt, train, notes] }).Value!;

        Assert.Equal([(1, "prompt.yaml"), (2, "train.jsonl")], report.Contamination!.Examples.Select(example => ((int)example.Line, example.Other)));
        Assert.Equal(Verdict.Fail, report.Verdict);
    }

    [Fact]
    public void Repeated_rows_are_counted_and_repeats_with_another_label_too()
    {
        var rows = DataSource.Of("rows.jsonl", Encoding.UTF8.GetBytes("""
            {"text": "Where is the pool?", "label": "facility", "source": "mail", "timestamp": "2026-01-01T00:00:00Z"}
            {"text": "where  is the POOL?", "label": "facility", "source": "chat", "timestamp": "2026-01-02T00:00:00Z"}
            {"text": "Where is the pool?\n", "label": "complaint", "source": "chat", "timestamp": "2026-01-02T00:00:00Z"}
            {"text": "Wo ist das Bad für Gäste?", "label": "facility", "source": "chat", "timestamp": "2026-01-02T00:00:00Z"}
            {"text": "WO IST DAS BAD FÜR GÄSTE?", "label": "facility", "source": "chat", "timestamp": "2026-01-02T00:00:00Z"}
            """));

        var duplicates = DataCheck.Of(rows, new DataOptions()).Value!.Duplicates;

        Assert.Equal((3, 1), (duplicates.Exact, duplicates.ConflictingLabels));
        Assert.Equal(["line 1", "line 1", "line 4"], duplicates.Examples.Select(example => example.Other));
    }

    private static DataSource Lines(params string[] texts) =>
        DataSource.Of("rows.jsonl", Encoding.UTF8.GetBytes(string.Concat(texts.Select((text, i) => Json.Write(new { id = $"c-{i}", input = text }) + "\n"))));
}
