namespace LlmOps.Evaluation;

/// <summary>The names of the kinds of personal data.</summary>
internal static class PiiType
{
    internal const string Person = "PERSON";
    internal const string StreetAddress = "STREET_ADDRESS";
    internal const string Place = "GPE";
    internal const string Organization = "ORGANIZATION";
    internal const string DateTime = "DATE_TIME";
    internal const string Title = "TITLE";
    internal const string Age = "AGE";
    internal const string Group = "NRP";
    internal const string ZipCode = "ZIP_CODE";
    internal const string Email = "EMAIL_ADDRESS";
    internal const string Phone = "PHONE_NUMBER";
    internal const string CreditCard = "CREDIT_CARD";
    internal const string Iban = "IBAN_CODE";
    internal const string Ssn = "US_SSN";
    internal const string Ip = "IP_ADDRESS";
    internal const string Domain = "DOMAIN_NAME";

    internal static double Certainty(string type) => type switch
    {
        Email or CreditCard or Iban or Ssn or Ip or Domain => 1,
        Phone or DateTime or Age or ZipCode or StreetAddress => 0.9,
        _ => 0.7,
    };
}

/// <summary>A found part of the text; offsets in UTF-16 units, the end is exclusive.</summary>
internal readonly record struct PiiSpan(int Start, int End, string Type);
