<?php

declare(strict_types=1);

/** Texts by key, from files that fill `$lang`. */
final class Language
{
    /** @var array<string, string> */
    private static array $texts = [];

    public static function loadLang(string $file, ?string $language = null, string $folder = ''): void
    {
        $lang = [];
        require $folder . ($language ?? 'en_us') . "/$file.php";
        self::$texts = array_merge(self::$texts, $lang);
    }

    public static function _(string $key, bool $return = false): string
    {
        return self::$texts[$key] ?? '';
    }
}
