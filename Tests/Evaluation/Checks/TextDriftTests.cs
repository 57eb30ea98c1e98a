using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation.Checks;

/// <summary>Small made-up streams of requests: topics with words of their own, and words that all of them use.</summary>
public sealed class TextDriftTests
{
    private const double Alpha = 0.05;

    private static readonly string[] Common = ["please", "can", "the", "my", "for", "when", "how", "need", "to", "a", "is", "and"];

    [Fact]
    public void A_new_topic_in_a_third_of_the_texts_fails()
    {
        var (before, now) = (Stream(400, seed: 1, _ => 0), Stream(150, seed: 2, i => i % 3 == 0 ? 1 : 0));

        var test = TextDrift.Between(before, now, seed: 1);

        Assert.Equal(Verdict.Fail, test.Decide(test.P, Alpha, 0.1));
        Assert.Contains(test.Method, new[] { TextDrift.Topic, TextDrift.Vocabulary });
    }

    [Fact]
    public void Texts_that_grow_fail_by_their_length()
    {
        var (before, now) = (Stream(400, seed: 1, _ => 0), Stream(400, seed: 2, _ => 0, longer: 4));

        var test = TextDrift.Between(before, now, seed: 1);

        Assert.Equal(Verdict.Fail, test.Decide(test.P, Alpha, 0.1));
        Assert.True(test.Parts.Single(part => part.Method == TextDrift.Length).Excess > 0.1);
    }

    [Fact]
    public void The_same_stream_is_flagged_no_more_often_than_alpha()
    {
        var flagged = 0;

        for (var split = 0; split < 200; split++)
        {
            var test = TextDrift.Between(Stream(120, seed: 1000 + split, i => i % 4), Stream(80, seed: 5000 + split, i => i % 4), seed: split);
            flagged += test.P <= Alpha ? 1 : 0; // whatever its size
        }

        Assert.InRange(flagged, 0, 19); // 10 expected at most; 19 is three standard errors above
    }

    [Fact]
    public void Eight_texts_decide_nothing_however_different()
    {
        var test = TextDrift.Between(Stream(400, seed: 1, _ => 0), Stream(8, seed: 2, _ => 1), seed: 1);

        Assert.Equal(Verdict.Inconclusive, test.Decide(test.P, Alpha, 0.1));
    }

    [Fact]
    public void Many_texts_are_compared_in_blocks_with_the_same_answer()
    {
        var (before, same, now) = (Stream(6000, seed: 1, i => i % 4), Stream(6000, seed: 2, i => i % 4), Stream(6000, seed: 3, i => i % 3));

        var (none, drift) = (TextDrift.Between(before, same, seed: 1), TextDrift.Between(before, now, seed: 1));

        Assert.Equal((Verdict.Pass, Verdict.Fail), (none.Decide(none.P, Alpha, 0.1), drift.Decide(drift.P, Alpha, 0.1)));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("???", "!!!")]
    [InlineData("same text", "same text")]
    [InlineData("\u540c\u3058\u6587\u7ae0\u3067\u3059", "\u9055\u3046\u6587\u7ae0\u3067\u3059")]
    [InlineData("a\ud800b", "\0\u200b\u202e")]
    public void Texts_without_words_or_variety_give_finite_figures(string before, string now)
    {
        var test = TextDrift.Between([.. Enumerable.Repeat(before, 40)], [.. Enumerable.Repeat(now, 40)], seed: 1);

        Assert.All(test.Parts.SelectMany(part => new[] { part.Value, part.Excess, part.P }), figure => Assert.InRange(figure, 0, 1));
    }

    private static List<string> Stream(int count, int seed, Func<int, int> topic, int longer = 0)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => string.Join(' ', Enumerable.Range(0, random.Next(4, 10) + longer).Select(_ =>
            random.Next(2) == 0 ? Common[random.Next(Common.Length)] : $"word{topic(i)}{random.Next(60)}")))];
    }
}
