"""Drafts that are edited step by step, and runs that improve them"""

import sqlalchemy as sa
from alembic import op

from tileplan.kernel import db

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

RUN_KINDS = ('plan', 'copy', 'stable', 'free')
STEP_KINDS = (
    'made', 'put', 'shifted', 'locked', 'unlocked', 'repaired', 'stable', 'free', 'renewed',
    'split', 'merged',
)


def upgrade() -> None:
    """Go up."""
    with op.batch_alter_table('run', schema=None) as batch_op:
        batch_op.add_column(sa.Column(
            'kind',
            sa.Enum(*RUN_KINDS, name='runkind', native_enum=False, length=30),
            nullable=False, server_default='plan',
        ))
        batch_op.add_column(sa.Column('draft', sa.String(length=20), nullable=True))
    with op.batch_alter_table('run', schema=None) as batch_op:
        batch_op.alter_column(
            'kind', existing_type=sa.String(length=30), server_default=None
        )
    with op.batch_alter_table('plan_version', schema=None) as batch_op:
        batch_op.add_column(sa.Column('step', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('replan_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f('fk_plan_version_replan_id_run'), 'run', ['replan_id'], ['id']
        )
    with op.batch_alter_table('plan_version', schema=None) as batch_op:
        batch_op.alter_column('step', existing_type=sa.Integer(), server_default=None)
    op.create_table(
        'plan_step',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('plan_id', sa.Integer(), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.Column(
            'kind',
            sa.Enum(*STEP_KINDS, name='stepkind', native_enum=False, length=30),
            nullable=False,
        ),
        sa.Column('detail', sa.JSON(), nullable=False),
        sa.Column('epoch_at', db.Moment(), nullable=False),
        sa.Column('problem', db.Packed(), nullable=True),
        sa.Column('lots', sa.JSON(), nullable=True),
        sa.Column('pins', sa.JSON(), nullable=False),
        sa.Column('plan', db.Packed(), nullable=False),
        sa.Column('price', sa.JSON(), nullable=False),
        sa.Column('figures', sa.JSON(), nullable=False),
        sa.Column('by_name', sa.String(length=60), nullable=False),
        sa.Column('at', db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ['plan_id'], ['plan_version.id'], name=op.f('fk_plan_step_plan_id_plan_version')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_step')),
        sa.UniqueConstraint('plan_id', 'position', name=op.f('uq_plan_step_plan_id_position')),
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table('plan_step')
    with op.batch_alter_table('plan_version', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_plan_version_replan_id_run'), type_='foreignkey')
        batch_op.drop_column('replan_id')
        batch_op.drop_column('step')
    with op.batch_alter_table('run', schema=None) as batch_op:
        batch_op.drop_column('draft')
        batch_op.drop_column('kind')
