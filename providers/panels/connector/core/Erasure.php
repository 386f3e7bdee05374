<?php

declare(strict_types=1);

namespace Keyturn\Connector;

/** Takes a secret out of a text that somebody else wrote, in every spelling that such a text may have it in. */
final class Erasure
{
    private const MARK = '[key]';
    /** Encoded forms of anything shorter occur by chance. */
    private const SHORTEST = 6;

    /** @var string[] longest first */
    private array $forms = [];

    /** @param string[] $secrets */
    public function __construct(
        #[\SensitiveParameter]
        array $secrets
    ) {
        foreach ($secrets as $secret) {
            foreach (self::formsOf($secret) as $form) {
                $this->forms[] = $form;
            }
        }
        $this->forms = array_values(array_unique($this->forms));
        usort($this->forms, static fn (string $a, string $b): int => strlen($b) - strlen($a));
    }

    /** @param bool $cut the text goes on after its end, so the beginning of a secret may stand there */
    public function of(string $text, bool $cut): string
    {
        // Not strtr or preg: keys may hold any byte. Case does not matter, because hexadecimal escapes come in both.
        $text = str_ireplace($this->forms, self::MARK, $text);
        if (!$cut) {
            return $text;
        }
        foreach ($this->forms as $form) {
            for ($length = min(strlen($form) - 1, strlen($text)); $length >= 3; $length--) {
                if (strcasecmp(substr($text, -$length), substr($form, 0, $length)) === 0) {
                    return (string) substr($text, 0, -$length);
                }
            }
        }
        return $text;
    }

    /** @return array<string,string> */
    public function __debugInfo(): array
    {
        return [];
    }

    /** @return string[] */
    private static function formsOf(
        #[\SensitiveParameter]
        string $secret
    ): array {
        if ($secret === '') {
            return [];
        }
        if (strlen($secret) < self::SHORTEST) {
            return [$secret];
        }
        $flags = JSON_INVALID_UTF8_SUBSTITUTE;
        $json = [];
        foreach ([0, JSON_UNESCAPED_SLASHES, JSON_UNESCAPED_UNICODE, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE] as $more) {
            $once = (string) substr((string) json_encode($secret, $flags | $more), 1, -1);
            $json[] = $once;
            $json[] = (string) substr((string) json_encode($once, $flags | $more), 1, -1);
        }
        return array_merge(
            [$secret, rawurlencode($secret), urlencode($secret), bin2hex($secret)],
            [htmlspecialchars($secret, ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8')],
            $json,
            self::base64Of($secret)
        );
    }

    /**
     * The characters of a base64 text that do not depend on what stands before and after the secret, for each way to lie in it.
     *
     * @return string[]
     */
    private static function base64Of(
        #[\SensitiveParameter]
        string $secret
    ): array {
        $forms = [];
        foreach ([0, 1, 2] as $shift) {
            $text = rtrim(base64_encode(str_repeat("\0", $shift) . $secret), '=');
            $partial = (strlen($secret) + $shift) % 3 === 0 ? 0 : 1;
            $core = (string) substr($text, (int) ceil($shift * 4 / 3), strlen($text) - (int) ceil($shift * 4 / 3) - $partial);
            $forms[] = $core;
            $forms[] = strtr($core, '+/', '-_');
        }
        return $forms;
    }
}
