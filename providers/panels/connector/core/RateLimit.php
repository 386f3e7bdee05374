<?php

declare(strict_types=1);

namespace Keyturn\Connector;

/**
 * Counts within one minute: failed tries of each address, and answered letters. The key of a pairing cannot be guessed;
 * this only keeps somebody who tries from using up the panel's machine.
 */
final class RateLimit
{
    public const FAILED_PER_ADDRESS = 30;
    public const LETTERS = 600;
    private const WINDOW_S = 60;
    private const MOST_ADDRESSES = 1000;
    private const FILE = 'rate.php';
    /** Asked for over the web, the file prints nothing. */
    private const HEAD = '<?php //';

    private StateFolder $state;

    public function __construct(StateFolder $state)
    {
        $this->state = $state;
    }

    /** Throws Refusal('rate-limited') once too many tries of this address have failed. */
    public function checkFailed(string $caller, int $now): void
    {
        if (($this->counts($now)['failed'][self::name($caller)] ?? 0) >= self::FAILED_PER_ADDRESS) {
            throw self::tooMany($now);
        }
    }

    /** Throws Refusal('rate-limited') once too many letters have been answered. */
    public function checkLetters(int $now): void
    {
        if ($this->counts($now)['letters'] >= self::LETTERS) {
            throw self::tooMany($now);
        }
    }

    public function countFailed(string $caller, int $now): void
    {
        $name = self::name($caller);
        $this->change($now, static function (array $counts) use ($name): array {
            if (isset($counts['failed'][$name]) || count($counts['failed']) < self::MOST_ADDRESSES) {
                $counts['failed'][$name] = ($counts['failed'][$name] ?? 0) + 1;
            }
            return $counts;
        });
    }

    public function countLetter(int $now): void
    {
        $this->change($now, static function (array $counts): array {
            $counts['letters']++;
            return $counts;
        });
    }

    private static function tooMany(int $now): Refusal
    {
        $wait = self::WINDOW_S - $now % self::WINDOW_S;
        return new Refusal('rate-limited', 'Too many letters within a minute.', ['retryAfter' => $wait]);
    }

    /**
     * Counts that cannot be read do not stop anybody: the nonces need the same folder.
     *
     * @return array{minute:int,letters:int,failed:array<string,int>}
     */
    private function counts(int $now): array
    {
        return $this->read(@file_get_contents($this->state->file(self::FILE)), $now);
    }

    private function change(int $now, callable $how): void
    {
        $handle = $this->state->lock(self::FILE, 1000);
        if ($handle === null) {
            return;
        }
        $counts = $how($this->read(stream_get_contents($handle), $now));
        rewind($handle);
        ftruncate($handle, 0);
        fwrite($handle, self::HEAD . Json::text($counts));
        fclose($handle);
    }

    /**
     * @param string|false $text
     * @return array{minute:int,letters:int,failed:array<string,int>}
     */
    private function read($text, int $now): array
    {
        $minute = intdiv($now, self::WINDOW_S);
        // Up to PHP 7.4, substr of a shorter text gives false.
        $counts = Json::object((string) substr((string) $text, strlen(self::HEAD)));
        if ($counts === null || ($counts['minute'] ?? null) !== $minute) {
            return ['minute' => $minute, 'letters' => 0, 'failed' => []];
        }
        $letters = $counts['letters'] ?? null;
        $failed = $counts['failed'] ?? null;
        return [
            'minute' => $minute,
            'letters' => is_int($letters) ? $letters : 0,
            'failed' => is_array($failed) ? array_filter($failed, 'is_int') : [],
        ];
    }

    /** The file need not tell who called. */
    private static function name(string $caller): string
    {
        return 'a' . substr(hash('sha256', Addresses::neighbourhood($caller)), 0, 16);
    }
}
