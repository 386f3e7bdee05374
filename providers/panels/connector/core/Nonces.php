<?php

declare(strict_types=1);

namespace Keyturn\Connector;

/** Remembers which letters have been taken. One empty file for each; making a file that must not exist yet is atomic. */
final class Nonces
{
    /** Longer than any letter can still be in time: 300 s before and after. */
    private const KEPT_S = 600;
    private const CLEANED_EVERY_S = 60;

    private StateFolder $state;

    public function __construct(StateFolder $state)
    {
        $this->state = $state;
    }

    /** Throws Refusal: replayed, state-not-writable. */
    public function take(Letter $letter, int $now): void
    {
        if (!$this->state->isWritable()) {
            throw self::notWritable();
        }
        $this->clean($now);
        $file = $this->state->file('n-' . $letter->nonce);
        $handle = @fopen($file, 'x');
        if ($handle === false) {
            clearstatcache(true, $file);
            throw file_exists($file)
                ? new Refusal('replayed', 'This letter has been answered before.')
                : self::notWritable();
        }
        fclose($handle);
        // The letter's own time, so that a letter from a clock that is ahead is remembered for as long as it stays in time.
        @touch($file, $letter->time);
    }

    public function isTaken(Letter $letter): bool
    {
        return file_exists($this->state->file('n-' . $letter->nonce));
    }

    private function clean(int $now): void
    {
        $marker = $this->state->file('cleaned');
        clearstatcache(true, $marker);
        $last = @filemtime($marker);
        if ($last !== false && abs($now - $last) < self::CLEANED_EVERY_S) {
            return;
        }
        if (!is_link($marker)) {
            @touch($marker, $now);
        }
        foreach ($this->state->names('/\An-[0-9a-f]{32}\z/') as $name) {
            $file = $this->state->file($name);
            $time = @filemtime($file);
            if ($time !== false && $time < $now - self::KEPT_S) {
                @unlink($file);
            }
        }
    }

    private static function notWritable(): Refusal
    {
        return new Refusal('state-not-writable', 'The connector cannot write to its folder "state".');
    }
}
