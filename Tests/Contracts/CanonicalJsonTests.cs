using System.Text.Json;

namespace LlmOps.Tests.Contracts;

public sealed class CanonicalJsonTests
{
    // The sample of RFC 8785, section 3.2.2, and the numbers of its appendix B.
    [Theory]
    [InlineData("""{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}""",
        """{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}""")]
    [InlineData("-0", "0")]
    [InlineData("9007199254740994", "9007199254740994")]
    [InlineData("295147905179352830000", "295147905179352830000")]
    [InlineData("1e21", "1e+21")]
    [InlineData("0.000001", "0.000001")]
    [InlineData("0.0000001", "1e-7")]
    [InlineData("5e-324", "5e-324")]
    public void One_value_has_one_form(string text, string canonical) =>
        Assert.Equal(canonical, CanonicalJson.Write(JsonDocument.Parse(text).RootElement));

    // RFC 8785, section 3.2.3: the order of UTF-16 code units.
    [Fact]
    public void Keys_are_sorted_by_their_code_units()
    {
        var scrambled = "{\"\u20ac\":1,\"\\r\":2,\"\ufb33\":3,\"1\":4,\"\ud83d\ude00\":5,\"\u0080\":6,\"\u00f6\":7}";

        var canonical = CanonicalJson.Write(JsonDocument.Parse(scrambled).RootElement);

        Assert.Equal("{\"\\r\":2,\"1\":4,\"\u0080\":6,\"\u00f6\":7,\"\u20ac\":1,\"\ud83d\ude00\":5,\"\ufb33\":3}", canonical);
    }

    [Fact]
    public void A_key_that_stands_twice_has_no_canonical_form() =>
        Assert.Throws<JsonException>(() => CanonicalJson.Write(JsonDocument.Parse("""{"a":1,"a":2}""").RootElement));
}
