using System.Runtime.InteropServices;
using LlmOps.Inference;

namespace LlmOps.Tests.Inference;

public sealed class LexicalEmbedderTests
{
    [Fact]
    public void A_vector_has_length_one() =>
        Assert.Equal(1, LexicalEmbedder.Embed("The harbour has 40 berths.").Sum(x => x * x), tolerance: 1e-5);

    [Fact]
    public void A_text_without_words_has_the_zero_vector() => Assert.All(LexicalEmbedder.Embed("… — !"), x => Assert.Equal(0, x));

    /// <summary>Pins the numbers: whoever changes them changes the fingerprint with them.</summary>
    [Fact]
    public void The_numbers_belong_to_the_fingerprint() =>
        Assert.Equal(
            "lexical-384/1 8dcec4ca3ff4693e",
            $"{LexicalEmbedder.Fingerprint} {ContentHash.OfBytes(MemoryMarshal.AsBytes<float>(LexicalEmbedder.Embed("Grüße: the harbour's 40 berths, forty berths!")))[..16]}");

    [Theory]
    [InlineData("How do I cancel my booking?", "Cancellation of a booking", "The sauna is on the roof")]
    [InlineData("opening hours of the museum", "When is the museum open?", "Day tickets cost 14 EUR")]
    [InlineData("brekfast", "Breakfast is served at seven", "The pool is heated")]
    public void Texts_that_share_words_or_parts_of_words_lie_nearer(string text, string near, string far) =>
        Assert.InRange(Cosine(text, near) - Cosine(text, far), 0.1, 1);

    [Fact]
    public void A_list_is_embedded_one_by_one() =>
        Assert.Equal([LexicalEmbedder.Embed("one"), LexicalEmbedder.Embed("two")], LexicalEmbedder.Embed(["one", "two"]));

    private static double Cosine(string a, string b) => LexicalEmbedder.Embed(a).Zip(LexicalEmbedder.Embed(b), (x, y) => (double)x * y).Sum();
}
