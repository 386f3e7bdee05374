<?php

declare(strict_types=1);

namespace Keyturn\Connector\Blesta;

/**
 * The rows of Blesta's table module_row_meta that belong to one account row, for what ModuleManager::editRow cannot do: keep values
 * that the module does not know, and save a key that the module's own validation asks the wrong system about.
 */
final class RowMeta
{
    private const TABLE = 'module_row_meta';
    private const COLUMNS = ['key', 'value', 'serialized', 'encrypted'];

    /** @var \Record */
    private $record;
    /** @var \ModuleManager */
    private $modules;

    public function __construct($record, $modules)
    {
        $this->record = $record;
        $this->modules = $modules;
    }

    /**
     * The stored rows as they are, ciphertexts included, so that they can be put back without being understood.
     *
     * @return array<string,array<string,mixed>> by meta key
     */
    public function rows(int $rowId): array
    {
        $found = $this->record->select(self::COLUMNS)->from(self::TABLE)
            ->where('module_row_id', '=', $rowId)->fetchAll();
        $rows = [];
        foreach ($found as $row) {
            $rows['k' . $row->key] = (array) $row;
        }
        return $rows;
    }

    /** Puts back rows of `before` that are gone now, for instance because the module keeps only what it knows. */
    public function putBackLost(int $rowId, array $before): void
    {
        $lost = array_diff_key($before, $this->rows($rowId));
        unset($lost['kuser'], $lost['kkey'], $lost['ksandbox']);
        $this->store($rowId, $lost);
    }

    /** Makes the account row hold exactly these rows again. */
    public function putBack(int $rowId, array $before): void
    {
        foreach (array_diff_key($this->rows($rowId), $before) as $added) {
            $this->record->from(self::TABLE)->where('module_row_id', '=', $rowId)
                ->where('key', '=', $added['key'])->delete();
        }
        $this->store($rowId, $before);
    }

    /** Stores the credential and its switch beside what else the row holds, past the module's validation. */
    public function storeCredential(
        int $rowId,
        string $user,
        #[\SensitiveParameter]
        string $key,
        bool $testMode
    ): void {
        $this->store($rowId, [
            $this->plain('user', $user),
            // Assumption: Blesta reads a value with encrypted = 1 through systemDecrypt, the counterpart of this documented function.
            ['encrypted' => 1, 'value' => $this->modules->systemEncrypt($key)] + $this->plain('key', ''),
            $this->plain('sandbox', $testMode ? 'true' : 'false'),
        ]);
    }

    private function plain(string $key, string $value): array
    {
        return ['key' => $key, 'value' => $value, 'serialized' => 0, 'encrypted' => 0];
    }

    /** All of the rows or none: a credential that is half new would work nowhere. */
    private function store(int $rowId, array $rows): void
    {
        $known = $this->rows($rowId);
        $this->record->begin();
        try {
            foreach ($rows as $row) {
                $this->storeOne($rowId, $row, isset($known['k' . $row['key']]));
            }
            $this->record->commit();
        } catch (\Throwable $failure) {
            $this->record->rollBack();
            throw $failure;
        }
    }

    private function storeOne(int $rowId, array $row, bool $known): void
    {
        if ($known) {
            $this->record->where('module_row_id', '=', $rowId)->where('key', '=', $row['key'])
                ->update(self::TABLE, array_diff_key($row, ['key' => true]));
            return;
        }
        $this->record->insert(self::TABLE, ['module_row_id' => $rowId] + $row);
    }
}
