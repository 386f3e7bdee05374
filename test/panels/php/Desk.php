<?php

declare(strict_types=1);

namespace Keyturn\Test;

use Keyturn\Connector\Addresses;
use Keyturn\Connector\Connector;
use Keyturn\Connector\Erasure;
use Keyturn\Connector\FieldFacts;
use Keyturn\Connector\Fingerprints;
use Keyturn\Connector\Request;
use Keyturn\Connector\Surroundings;

/** Answers a test's questions, one at a time. */
final class Desk
{
    private ?MemoryHost $host = null;
    /** @var resource|null a lock held for somebody else to wait for */
    private $held = null;

    /**
     * @param array<string,mixed> $question
     * @return array<string,mixed>
     */
    public function answer(array $question): array
    {
        switch ($question['do']) {
            case 'host':
                $this->host = new MemoryHost($question['state']);
                return [];
            case 'letter':
                return $this->letter($question);
            case 'facts':
                $fingerprints = new Fingerprints(base64_decode($question['key']));
                return ['facts' => array_map(
                    static fn (string $text): array => FieldFacts::of($fingerprints, (string) base64_decode($text)),
                    $question['texts']
                )];
            case 'listed':
                return ['listed' => Addresses::isListed($question['address'], $question['list'])];
            case 'hold':
                $this->held = fopen($question['file'], 'c');
                return ['held' => flock($this->held, LOCK_EX)];
            case 'release':
                return ['released' => fclose($this->held)];
            case 'erased':
                $erasure = new Erasure(array_map('base64_decode', $question['secrets']));
                return ['text' => base64_encode($erasure->of((string) base64_decode($question['text']), $question['cut']))];
        }
        return ['unknown' => $question['do']];
    }

    /**
     * @param array<string,mixed> $question
     * @return array<string,mixed>
     */
    private function letter(array $question): array
    {
        $host = $this->host ?? new MemoryHost($question['state']);
        $surroundings = new Surroundings();
        foreach ($question['surroundings'] ?? [] as $name => $value) {
            $surroundings->$name = $value;
        }
        $connector = new Connector($host, $question['home'], $surroundings);
        $request = new Request($question['server'], $question['time']);
        // What slips out of the connector is caught here and told.
        ob_start();
        $level = ob_get_level();
        $reply = $connector->answer((string) base64_decode($question['letter']), $request);
        $printed = '';
        while (ob_get_level() >= $level) {
            $printed .= ob_get_clean();
        }
        return ['reply' => $reply, 'printed' => $printed, 'stored' => $host->state['stored'], 'writes' => $host->writes];
    }
}
