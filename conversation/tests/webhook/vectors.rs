const SECRET: &str = r#"s3cret é"#;
const NOW: u64 = 1790000000;
const TOKEN_ENDS: u64 = 1790000600;
const TOKEN: &str = r#"Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpYXQiOjE3OTAwMDAwMDAsImV4cCI6MTc5MDAwMDYwMCwiYXBwIjoiZXZvbHV0aW9uIiwiYWN0aW9uIjoid2ViaG9vayJ9.1YRzBDpwa-KsIHbF12tjXpEmBceL1ixSL5s3vqfRSjA"#;
const TOKEN_WITHOUT_END: &str = r#"Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpYXQiOjE3OTAwMDAwMDB9.mYph20Xhf5XHnLkL4d8aa77pB6TpG6qpyaKac04rASc"#;
const TOKEN_WITHOUT_ALGORITHM: &str = r#"Bearer eyJhbGciOiJub25lIn0.eyJpYXQiOjE3OTAwMDAwMDAsImV4cCI6MTc5MDAwMDYwMCwiYXBwIjoiZXZvbHV0aW9uIiwiYWN0aW9uIjoid2ViaG9vayJ9.M80ziGlAjy5LZp6steONXSJgAGG-5unEDZ7UmIFKFTo"#;
const TOKEN_OF_ANOTHER_ALGORITHM: &str = r#"Bearer eyJhbGciOiJIUzUxMiJ9.eyJpYXQiOjE3OTAwMDAwMDAsImV4cCI6MTc5MDAwMDYwMCwiYXBwIjoiZXZvbHV0aW9uIiwiYWN0aW9uIjoid2ViaG9vayJ9.vPMILmH0xRYpNIvrYP-EjT_LPw0xLSPsgbeg2fYIVZw"#;
const VECTORS: &[(Channel, &str, &str, &str)] = &[
    (Channel::Meta, r#""#, r#"sha256=beda126a40b694a7001923262c1f233276475dee19681cc865a406662b2f9f06"#, r#"{"object":"whatsapp_business_account","t":"caf\u00e9 \ud83d\udc4b \/"}"#),
    (Channel::Waha, r#""#, r#"8b0d19f27f0835d782fb3e4f33b5ffa6d60820ea3796ed59b8dda341e51972df018f2131367bcc3364efd113c12a63b966dd6d8dd0330853c65f13508ea8982c"#, r#"{"event":"message","payload":{"body":"café 👋"}}"#),
    (Channel::Evolution, r#""#, r#"Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpYXQiOjE3OTAwMDAwMDAsImV4cCI6MTc5MDAwMDYwMCwiYXBwIjoiZXZvbHV0aW9uIiwiYWN0aW9uIjoid2ViaG9vayJ9.1YRzBDpwa-KsIHbF12tjXpEmBceL1ixSL5s3vqfRSjA"#, r#"{}"#),
    (Channel::Twilio, r#"https://bot.example.com/hook?a=1"#, r#"GkvYQLlrY1T7pbGUyp8RjmWmMKY="#, r#"MessageSid=SM1&From=whatsapp%3A%2B1650&Body=a%26b+c%C3%A9&Zz=2&Zz=1&Zz=2&Empty="#),
    (Channel::Twilio, r#"https://bot.example.com/hook?a=1"#, r#"cEQtHTeIV0m5MTjrzBn8NMjjotH0a4mAHC5JdxX9kJA="#, r#"MessageSid=SM1&From=whatsapp%3A%2B1650&Body=a%26b+c%C3%A9&Zz=2&Zz=1&Zz=2&Empty="#),
    (Channel::Twilio, r#"https://bot.example.com/hook?a=1&bodySHA256=89a1b606a9c7289893efa61b6d948d3e720afbf581316e8ad8566b09f16bb372"#, r#"QUefSYt7ndyZnbRMoOJ4yZOmAGo="#, r#"{"object":"whatsapp_business_account","t":"caf\u00e9 \ud83d\udc4b \/"}"#),
    (Channel::Twilio, r#"https://bot.example.com/hook?a=1"#, r#"TmjSjtAsofk1fZoZDakE6VR3YqU="#, r#"MessageSid=SM1&From=whatsapp%3A%2B1650&Body=a%26b+c%C3%A9&Zz=2&Zz=1&Zz=2&Empty="#),
    (Channel::Twilio, r#"https://bot.example.com:443/hook?a=1"#, r#"GkvYQLlrY1T7pbGUyp8RjmWmMKY="#, r#"MessageSid=SM1&From=whatsapp%3A%2B1650&Body=a%26b+c%C3%A9&Zz=2&Zz=1&Zz=2&Empty="#),
];
