<?php

declare(strict_types=1);

/** Modules, their account rows, and the rows' values: the methods of Blesta's documentation that are of use here. */
final class ModuleManager extends AppModel
{
    /** @return list<stdClass> */
    public function getByClass($class, $company_id = null): array
    {
        $found = $this->Record->select(['id', 'company_id', 'name', 'class', 'version'])->from('modules')
            ->where('class', '=', $class)
            ->where('company_id', '=', $company_id ?? Configure::get('Blesta.company_id'))->fetchAll();
        return $found;
    }

    /** @return list<stdClass> */
    public function getRows($module_id): array
    {
        $rows = $this->Record->select(['id', 'module_id'])->from('module_rows')
            ->where('module_id', '=', $module_id)->fetchAll();
        return array_map(fn (stdClass $row): stdClass => $this->withMeta($row), $rows);
    }

    /** @return stdClass|false */
    public function getRow($module_row_id)
    {
        $row = $this->Record->select(['id', 'module_id'])->from('module_rows')
            ->where('id', '=', $module_row_id)->fetch();
        return $row === false ? false : $this->withMeta($row);
    }

    /** Keeps exactly the values that the module gives back for the row. */
    public function editRow($module_row_id, array $vars)
    {
        $row = $this->getRow($module_row_id);
        if ($row === false) {
            return null;
        }
        $module = $this->module();
        $meta = $module->editModuleRow($row, $vars);
        if (($errors = $module->Input->errors()) !== false) {
            $this->Input->setErrors($errors);
            return null;
        }
        $this->Input->setErrors([]);
        if (\Keyturn\Host\config('saveWithoutEffect') !== true) {
            $this->setMeta((int) $row->id, $meta);
        }
        return $row->id;
    }

    public function moduleRpc($module_id, $method, $params = null, $module_row_id = null)
    {
        $module = $this->module();
        $call = method_exists($module, $method) ? new ReflectionMethod($module, $method) : null;
        return $call !== null && $call->isPublic() ? $module->$method(...array_values((array) $params)) : null;
    }

    /** @param list<array{key: string, value: mixed, encrypted?: int}> $meta */
    private function setMeta(int $rowId, array $meta): void
    {
        $this->Record->from('module_row_meta')->where('module_row_id', '=', $rowId)->delete();
        foreach ($meta as $one) {
            $serialized = is_scalar($one['value']) ? 0 : 1;
            $value = $serialized === 1 ? serialize($one['value']) : (string) $one['value'];
            $encrypted = (int) ($one['encrypted'] ?? 0);
            $this->Record->insert('module_row_meta', [
                'module_row_id' => $rowId,
                'key' => $one['key'],
                'value' => $encrypted === 1 ? $this->systemEncrypt($value) : $value,
                'serialized' => $serialized,
                'encrypted' => $encrypted,
            ]);
        }
    }

    private function withMeta(stdClass $row): stdClass
    {
        $row->meta = new stdClass();
        $found = $this->Record->select()->from('module_row_meta')->where('module_row_id', '=', $row->id)->fetchAll();
        foreach ($found as $one) {
            $value = (int) $one->encrypted === 1 ? $this->systemDecrypt($one->value) : $one->value;
            $row->meta->{$one->key} = (int) $one->serialized === 1
                ? unserialize($value, ['allowed_classes' => false])
                : $value;
        }
        return $row;
    }

    private function module(): Domainnameapi
    {
        require_once dirname(__DIR__, 2) . '/components/modules/domainnameapi/domainnameapi.php';
        return new Domainnameapi();
    }
}
