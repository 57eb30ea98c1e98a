namespace LlmOps.Tests.Evaluation.Scorers;

/// <summary>The values come from the published formulas, computed apart from this code; BLEU's calculation also reproduces the 48.53 of sacrebleu's documentation,
/// ROUGE's the 0.706 and 0.588 of rouge_score's.</summary>
public sealed class OverlapTests
{
    private const string Guide = "It is a guide to action which ensures that the military always obeys the commands of the party";
    private const string Heed = "It is a guide to action that ensures that the military will forever heed Party commands";
    private const string Fox = "The quick brown fox jumps over the lazy dog";
    private const string Log = "The quick brown dog jumps on the log.";

    [Theory]
    [InlineData("The dog bit the man.", 0.5115078116, "The dog had bit the man.")]
    [InlineData("It wasn't surprising.", 0.1479401567, "It was not unexpected.", "No one was surprised.")]
    [InlineData("The man had just bitten him.", 0.2907153685, "The man bit him first.", "The man had bitten the dog.")]
    [InlineData("Rooms cost 1,250.50 euros, e.g. from 2024-11-20.", 0.4121183751, "A room costs 1,250.50 euros from 2024-11-20.")]
    [InlineData("Tom &amp; Jerry (1940)", 0.3246679155, "Tom & Jerry, 1940")]
    [InlineData("the the the the the the the", 0.0780984984, "the cat is on the mat", "there is a cat on the mat")]
    [InlineData("yes", 1, "yes")]
    [InlineData("", 0, "yes")]
    [InlineData("no", 0, "yes")]
    public void Bleu_is_that_of_sacrebleu(string output, double expected, params string[] references) =>
        Assert.Equal(expected, Scoring.Score("bleu", output, references).Value!.Value, 1e-9);

    [Theory]
    [InlineData("rouge-1", Log, Fox, 0.7058823529)]
    [InlineData("rouge-2", Log, Fox, 0.2666666667)]
    [InlineData("rouge-l", Log, Fox, 0.5882352941)]
    [InlineData("rouge-l", "police kill the gunman", "police killed the gunman", 0.75)] // Lin 2004, section 3.1
    [InlineData("rouge-l", "the gunman kill police", "police killed the gunman", 0.5)]
    [InlineData("rouge-2", "the gunman kill police", "police killed the gunman", 0.3333333333)]
    [InlineData("rouge-1", Guide, Heed, 0.7058823529)]
    [InlineData("rouge-2", Guide, Heed, 0.5)]
    [InlineData("rouge-l", Guide, Heed, 0.6470588235)]
    [InlineData("rouge-1", "плавательный бассейн открыт", "бассейн открыт", 0.8)]
    [InlineData("rouge-2", "one", "one", 0)]
    public void Rouge_is_the_f_measure_of_its_paper(string metric, string output, string reference, double expected) =>
        Assert.Equal(expected, Scoring.Score($"rouge:metric={metric}", output, reference).Value!.Value, 1e-9);

    [Theory]
    [InlineData(Guide, Heed, 0.4393939394)]
    [InlineData("he read the book because he was interested in world history", "he was interested in world history because he read the book", 0.7894736842)]
    [InlineData("the the the", "the cat", 0.1666666667)]
    [InlineData("", "the cat", 0)]
    public void Gleu_is_the_smaller_of_precision_and_recall(string output, string reference, double expected) =>
        Assert.Equal(expected, Scoring.Score("gleu", output, reference).Value!.Value, 1e-9);

    [Theory]
    [InlineData("The Eiffel Tower, in Paris", "Eiffel Tower", 0.6666666667)]
    [InlineData("the hotel's pool is open from 9 to 21", "pool open 9 to 21 daily", 0.7142857143)]
    [InlineData("The", "a", 1)]
    [InlineData("Paris", "London", 0)]
    public void Token_f1_is_that_of_squad(string output, string reference, double expected) =>
        Assert.Equal(expected, Scoring.Score("f1", output, reference).Value!.Value, 1e-9);

    [Theory]
    [InlineData("kitten", "sitting", 4 / 7.0)]
    [InlineData("Saturday", "Sunday", 0.625)]
    [InlineData("naïve 😀", "naive 😁", 5 / 7.0)] // code points, not UTF-16 units
    [InlineData("", "abc", 0)]
    [InlineData("", "", 1)]
    public void Levenshtein_is_one_less_the_share_of_edits(string output, string reference, double expected) =>
        Assert.Equal(expected, Scoring.Score("levenshtein", output, reference).Value!.Value, 1e-12);

    [Theory]
    [InlineData(7)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(200)]
    public void Both_distances_equal_their_tables_on_random_texts(int length)
    {
        var random = new Random(length);
        for (var round = 0; round < 50; round++)
        {
            var (a, b) = (Text(random, length), Text(random, random.Next(1, 2 * length)));

            var levenshtein = Scoring.Score("levenshtein", a, b).Value!.Value;
            var rouge = Scoring.Score("rouge", Spaced(a), Spaced(b)).Value!.Value;

            Assert.Equal(1 - (Edits(a, b) / (double)Math.Max(a.Length, b.Length)), levenshtein, 1e-12);
            Assert.Equal(2.0 * Common(a, b) / (a.Length + b.Length), rouge, 1e-12);
        }

        static string Text(Random random, int length) => string.Concat(Enumerable.Range(0, length).Select(_ => (char)('a' + random.Next(4))));
        static string Spaced(string text) => string.Join(' ', text.AsEnumerable());
    }

    [Fact]
    public void The_best_reference_counts() =>
        Assert.All(["f1", "gleu", "rouge", "levenshtein", "similarity"], type => Assert.Equal(1, Scoring.Score(type, "open at nine", "closed", "open at nine").Value!.Value, 1e-6));

    [Fact]
    public void Similarity_is_the_cosine_of_the_embedder_it_is_given()
    {
        var vectors = new Dictionary<string, float[]> { ["said"] = [3, 4], ["wanted"] = [4, 3], ["opposite"] = [-3, -4], ["nothing"] = [0, 0] };
        double? Cosine(string reference) => new LlmOps.Evaluation.SimilarityScorer(new("s", "similarity", Value: reference), text => vectors[text]).Score(Scoring.Empty with { Output = "said" }).Value;

        Assert.Equal(0.96, Cosine("wanted")!.Value, 1e-6);
        Assert.Equal(0, Cosine("opposite"));
        Assert.Equal(0, Cosine("nothing"));
    }

    [Fact]
    public void A_long_answer_is_compared_in_a_moment()
    {
        var output = string.Concat(Enumerable.Repeat("the spa opens at nine and closes late ", 3000));
        var reference = string.Concat(Enumerable.Repeat("the pool opened at ten but closes early ", 3000));

        Assert.All(["levenshtein", "rouge", "bleu", "gleu", "f1"], type => Assert.InRange(Scoring.Score(type, output, reference).Value!.Value, 1e-5, 0.9));
    }

    private static int Edits(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var corner = row[0]++;
            for (var j = 1; j <= b.Length; j++)
                (corner, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, corner + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }
        return row[^1];
    }

    private static int Common(string a, string b)
    {
        var row = new int[b.Length + 1];
        foreach (var letter in a)
        {
            var corner = 0;
            for (var j = 1; j <= b.Length; j++)
                (corner, row[j]) = (row[j], letter == b[j - 1] ? corner + 1 : Math.Max(row[j], row[j - 1]));
        }
        return row[^1];
    }
}
