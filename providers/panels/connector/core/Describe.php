<?php

declare(strict_types=1);

namespace Keyturn\Connector;

/** Who is here: versions, places, what can be done, and a proof that the paired key opens what is sealed for it. */
final class Describe
{
    private const CHALLENGE_BYTES = 32;

    private Host $host;
    private SealedBox $box;
    private StateFolder $state;

    public function __construct(Host $host, SealedBox $box, StateFolder $state)
    {
        $this->host = $host;
        $this->box = $box;
        $this->state = $state;
    }

    /**
     * @param array<string,mixed> $body
     * @return array<string,mixed>
     */
    public function run(array $body, Request $request): array
    {
        $module = $this->host->module();
        $places = $module->present ? $this->host->places() : [];
        return [
            'connector' => Connector::VERSION,
            'protocol' => Connector::PROTOCOL,
            'panel' => ['kind' => $this->host->kind(), 'version' => $this->host->version()],
            'php' => PHP_VERSION,
            'module' => [
                'present' => $module->present,
                'active' => $module->active,
                'version' => $module->version,
                'library' => $module->library,
            ],
            'places' => self::listOf($places),
            'write' => $this->host->canWrite(),
            'testMode' => $this->hasTestSwitch($places),
            'time' => $request->time,
            'opened' => $this->opened($body['challenge'] ?? null),
            'stateWritable' => $this->state->isWritable(),
            'address' => ['caller' => $request->caller],
        ];
    }

    /** @param array<string,string> $places */
    private function hasTestSwitch(array $places): bool
    {
        foreach (array_keys($places) as $place) {
            try {
                return $this->host->read((string) $place)->testMode !== null;
            } catch (\Throwable $error) {
                continue;
            }
        }
        // Nothing could be read: not a reason to say that the switch is missing.
        return true;
    }

    /** @param mixed $challenge */
    private function opened($challenge): ?string
    {
        $opened = is_string($challenge) ? $this->box->open($challenge) : null;
        // Only what is no sealed credential: else the hash would let guesses at one be tried.
        return $opened !== null && strlen($opened) === self::CHALLENGE_BYTES ? hash('sha256', $opened) : null;
    }

    /**
     * @param array<string,string> $places
     * @return array<int,array<string,string>>
     */
    private static function listOf(array $places): array
    {
        $list = [];
        foreach ($places as $id => $label) {
            $list[] = ['id' => (string) $id, 'label' => $label];
        }
        return $list;
    }
}
